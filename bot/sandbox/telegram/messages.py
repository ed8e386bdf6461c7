"""The methods that put messages into chats, change them and take them away."""

from __future__ import annotations

import re
from typing import Any

from bot.sandbox.telegram.chats import (
    Chat,
    Json,
    Keyboard,
    Message,
    Standing,
    World,
)
from bot.sandbox.telegram.entities import clean, find_entities, merge, utf16_length
from bot.sandbox.telegram.errors import ApiError, bad_request, forbidden
from bot.sandbox.telegram.html import parse_html
from bot.sandbox.telegram.markup import read_keyboard, same_keyboard
from bot.sandbox.telegram.params import Params
from bot.sandbox.telegram.pictures import picture_size

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_DOWNLOAD = 20_000_000
MAX_ENTITIES = 100
MAX_ANSWER = 200
DELETABLE_FOR = 48 * 60 * 60
CALLBACK_LIFE_MS = 15 * 60 * 1000
_ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)

_GIFTS = (
    "unlimited_gifts",
    "limited_gifts",
    "unique_gifts",
    "premium_subscription",
    "gifts_from_channels",
)


class MessageMethods:
    """Each method takes the call's parameters and returns the `result`, or raises ApiError."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.callback_life_ms = CALLBACK_LIFE_MS

    def send_message(self, params: Params) -> Json:
        """sendMessage."""
        text, entities = self.read_text(params, "message is too long")
        keyboard = read_keyboard(params)
        chat = self._writable(params)
        return self._post(params, chat, keyboard, text=text, entities=entities).to_api()

    def send_document(self, params: Params) -> Json:
        """sendDocument: an upload, an `attach://` part, a link, or a known file_id."""
        return self._send_file(params, "document")

    def send_photo(self, params: Params) -> Json:
        """sendPhoto: as sendDocument, but only what is a picture of the documented size."""
        return self._send_file(params, "photo")

    def _send_file(self, params: Params, kind: str) -> Json:
        text, entities = self._caption(params)
        keyboard = read_keyboard(params)
        chat = self._writable(params)
        media = {kind: self._media(params, kind)}
        message = self._post(params, chat, keyboard, text=text, entities=entities, media=media)
        return message.to_api()

    def _media(self, params: Params, kind: str) -> Any:
        named = params.text(kind)
        upload = params.uploads.get(kind) or params.uploads.get(named.removeprefix("attach://"))
        if upload is not None:
            if not upload.content:
                raise bad_request("file must be non-empty")
            size = picture_size(upload.content) if kind == "photo" else None
            file = self._world.keep_file(upload.name, upload.mime, upload.content, size)
        elif named.startswith(("http://", "https://")):
            file = self._world.keep_file(named.rpartition("/")[2], "", b"")
        elif named in self._world.files:
            file = self._world.files[named]
        elif named:
            raise bad_request("wrong remote file identifier specified: Wrong string length")
        else:
            raise bad_request(f"there is no {kind} in the request")
        body = file.to_api()
        del body["file_path"]
        if kind == "photo":
            width, height = file.size or (800, 800)
            return [body | {"width": width, "height": height}]
        return body | {"file_name": file.name, "mime_type": file.mime}

    def copy_message(self, params: Params) -> Json:
        """copyMessage: text, media and a new keyboard; answers with the MessageId."""
        keyboard = read_keyboard(params)
        chat = self._writable(params)
        source = self._chat(params, "from_chat_id")
        original = self._existing(source, params, "message to copy not found")
        text, entities = original.text, original.entities
        if original.media and "caption" in params.values:
            text, entities = self._caption(params)
        copy = self._post(
            params, chat, keyboard, text=text, entities=entities, media=original.media
        )
        return {"message_id": copy.message_id}

    def edit_message_text(self, params: Params) -> Json:
        """editMessageText; without `reply_markup` the keyboard goes."""
        text, entities = self.read_text(params, "MESSAGE_TOO_LONG")
        keyboard = read_keyboard(params)
        message = self._editable(params)
        if message.media:
            raise bad_request("there is no text in the message to edit")
        same_text = (message.text, message.entities) == (text, entities)
        if same_text and same_keyboard(message.keyboard, keyboard):
            raise _not_modified()
        message.text, message.entities = text, entities
        message.source = _source(params, "text")
        return self._edited(message, keyboard)

    def edit_message_reply_markup(self, params: Params) -> Json:
        """editMessageReplyMarkup; without `reply_markup` the keyboard goes."""
        keyboard = read_keyboard(params)
        message = self._editable(params)
        if same_keyboard(message.keyboard, keyboard):
            raise _not_modified()
        return self._edited(message, keyboard)

    def _edited(self, message: Message, keyboard: Keyboard) -> Json:
        message.keyboard = keyboard
        message.edited = self._world.clock.seconds
        message.chat.changes.announce()
        return message.to_api()

    def delete_message(self, params: Params) -> bool:
        """deleteMessage, with the rules of https://core.telegram.org/bots/api#deletemessage."""
        chat = self._chat(params)
        self._delete(self._existing(chat, params, "message to delete not found"))
        return True

    def delete_messages(self, params: Params) -> bool:
        """deleteMessages: 1 to 100; those that are not found are skipped."""
        chat = self._chat(params)
        numbers = params.json("message_ids", "message identifiers")
        if not isinstance(numbers, list) or not all(isinstance(one, int) for one in numbers):
            raise bad_request("can't parse message identifiers JSON array")
        if not numbers:
            raise bad_request("message identifiers are not specified")
        if len(numbers) > 100:
            raise bad_request("too many message identifiers specified")
        found = [chat.messages[one] for one in numbers if one in chat.messages]
        for message in found:
            if not message.deleted:
                self._delete(message)
        return True

    def _delete(self, message: Message) -> None:
        chat = message.chat
        administrator = chat.standing is Standing.ADMINISTRATOR and chat.can_delete
        if not (message.from_bot or chat.private or administrator):
            raise bad_request("message can't be deleted")
        if self._world.clock.seconds - message.date > DELETABLE_FOR:
            whom = " for everyone" if chat.private else ""
            raise bad_request(f"message can't be deleted{whom}")
        message.deleted = True
        chat.changes.announce()

    def answer_callback_query(self, params: Params) -> bool:
        """answerCallbackQuery: once, and not after `callback_life_ms`."""
        tap = self._world.taps.get(params.text("callback_query_id"))
        if utf16_length(params.text("text")) > MAX_ANSWER:
            raise bad_request("MESSAGE_TOO_LONG")
        late = tap is not None and self._world.clock() - tap.at > self.callback_life_ms
        if tap is None or tap.answered_at is not None or late:
            raise bad_request(
                "query is too old and response timeout expired or query ID is invalid"
            )
        tap.answered_at = self._world.clock()
        tap.text, tap.alert = params.text("text"), params.flag("show_alert")
        tap.url = params.text("url")
        tap.chat.changes.announce()
        return True

    def send_chat_action(self, params: Params) -> bool:
        """sendChatAction; the person's seat lists what was shown."""
        chat = self._writable(params)
        action = params.text("action").lower()
        if action not in _ACTIONS:
            raise bad_request("wrong parameter action in request")
        chat.actions.append(action)
        chat.changes.announce()
        return True

    def get_chat(self, params: Params) -> Json:
        """getChat: the ChatFullInfo object, as far as the sandbox knows the chat."""
        chat = self._chat(params)
        gifts = dict.fromkeys(_GIFTS, False)
        return chat.to_api() | {
            "accent_color_id": 0,
            "max_reaction_count": 11,
            "accepted_gift_types": gifts,
        }

    def get_chat_member(self, params: Params) -> Json:
        """getChatMember: the bot itself, or a member."""
        chat = self._chat(params)
        user = chat.members.get(params.number("user_id"))
        if user is None:
            raise bad_request("PARTICIPANT_ID_INVALID")
        if user is self._world.bot:
            return self._world.bot_member(chat)
        return {"user": user.to_api(), "status": "member"}

    def leave_chat(self, params: Params) -> bool:
        """leaveChat: groups only."""
        chat = self._writable(params)
        if chat.private:
            raise bad_request("chat is private")
        self._world.set_standing(chat, self._world.bot, Standing.LEFT)
        return True

    def get_file(self, params: Params) -> Json:
        """getFile: what is larger than a bot may download has no path."""
        file = self._world.files.get(params.text("file_id"))
        if file is None:
            raise bad_request("invalid file_id")
        if len(file.content) > MAX_DOWNLOAD:
            raise bad_request("file is too big")
        return file.to_api()

    def _post(
        self,
        params: Params,
        chat: Chat,
        keyboard: Keyboard,
        *,
        media: Json | None = None,
        **parts: Any,
    ) -> Message:
        return self._world.post(
            chat,
            self._world.bot,
            keyboard=keyboard,
            media=media or {},
            reply_to=self._reply_to(params, chat),
            source=_source(params, "caption" if media else "text"),
            silent=params.flag("disable_notification"),
            **parts,
        )

    def _reply_to(self, params: Params, chat: Chat) -> Message | None:
        reply = params.json("reply_parameters", "reply parameters")
        if reply is None:
            return None
        if not isinstance(reply, dict):
            raise bad_request("object expected as reply parameters")
        number, place = reply.get("message_id"), reply.get("chat_id", chat.id)
        if not isinstance(number, int):
            raise bad_request("can't parse reply parameters: Can't find field \"message_id\"")
        there = self._world.chats.get(place) if isinstance(place, int) else None
        message = there.messages.get(number) if there is not None else None
        if message is not None and not message.deleted:
            return message
        if not reply.get("allow_sending_without_reply"):
            raise bad_request("message to be replied not found")
        return None

    def read_text(self, params: Params, too_long: str) -> tuple[str, list[Json]]:
        """Text and entities of a call, as Telegram keeps them; `too_long` words that refusal."""
        if not params.text("text"):
            raise bad_request("message text is empty")
        text, entities = self._formatted(params, "text", "entities")
        if not text:
            raise bad_request("text must be non-empty")
        if utf16_length(text) > MAX_TEXT:
            raise bad_request(too_long)
        preview = params.json("link_preview_options", "link preview options")
        if preview is not None and not isinstance(preview, dict):
            raise bad_request("object expected as link preview options")
        return text, entities

    def _caption(self, params: Params) -> tuple[str, list[Json]]:
        text, entities = self._formatted(params, "caption", "caption_entities")
        if utf16_length(text) > MAX_CAPTION:
            raise bad_request("message caption is too long")
        return text, entities

    def _formatted(self, params: Params, name: str, entities_name: str) -> tuple[str, list[Json]]:
        """Text and entities as Telegram keeps them: parsed, cleaned, its own finds added."""
        text, entities = params.text(name), self._given_entities(params, entities_name)
        mode = params.text("parse_mode").lower()
        if mode == "html":
            text, entities = parse_html(text)
        elif mode:
            # The sandbox speaks HTML only: Markdown from a bot of ours would be a mistake.
            raise bad_request("unsupported parse_mode")
        text, entities = clean(text, entities)
        return text, merge(entities, find_entities(text))[:MAX_ENTITIES]

    def _given_entities(self, params: Params, name: str) -> list[Json]:
        entities = params.json(name, "message entities") or []
        shaped = isinstance(entities, list) and all(
            isinstance(one, dict) and {"type", "offset", "length"} <= one.keys() for one in entities
        )
        if not shaped:
            raise bad_request("can't parse message entities: expected an Array of MessageEntity")
        return list(entities)

    def _chat(self, params: Params, name: str = "chat_id") -> Chat:
        number = params.text(name).strip()
        if not number:
            raise bad_request(f"{name} is empty")
        if not re.fullmatch(r"-?\d{1,18}", number):
            raise bad_request("chat not found")
        chat = self._world.chats.get(int(number))
        if chat is None:
            raise bad_request("chat not found")
        if chat.migrated_to:
            raise ApiError(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                {"migrate_to_chat_id": chat.migrated_to},
            )
        return chat

    def _writable(self, params: Params) -> Chat:
        chat = self._chat(params)
        match chat.standing, chat.private:
            case Standing.STRANGER, _:
                raise forbidden("bot can't initiate conversation with a user")
            case Standing.DEACTIVATED, _:
                raise forbidden("user is deactivated")
            case Standing.KICKED, True:
                raise forbidden("bot was blocked by the user")
            case Standing.KICKED, False:
                raise forbidden(f"bot was kicked from the {chat.kind} chat")
            case Standing.LEFT, _:
                raise forbidden(f"bot is not a member of the {chat.kind} chat")
        return chat

    def _existing(self, chat: Chat, params: Params, otherwise: str) -> Message:
        message = chat.messages.get(params.number("message_id"))
        if message is None or message.deleted:
            raise bad_request(otherwise)
        return message

    def _editable(self, params: Params) -> Message:
        if not params.text("chat_id") and not params.text("message_id"):
            raise bad_request("message identifier is not specified")
        message = self._existing(self._writable(params), params, "message to edit not found")
        if not message.from_bot:
            raise bad_request("message can't be edited")
        return message


def _source(params: Params, name: str) -> str:
    return params.text(name) if params.text("parse_mode").lower() == "html" else ""


def _not_modified() -> ApiError:
    return bad_request(
        "message is not modified: specified new message content and reply markup are exactly "
        "the same as a current content and reply markup of the message"
    )
