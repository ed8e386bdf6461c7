"""The table of methods: what each is called, which parameters its document names, who does it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from bot.sandbox.telegram.chats import World
from bot.sandbox.telegram.errors import conflict
from bot.sandbox.telegram.inline import InlineMethods
from bot.sandbox.telegram.messages import MessageMethods
from bot.sandbox.telegram.params import Params
from bot.sandbox.telegram.profile import ProfileMethods
from bot.sandbox.telegram.webhook import Webhook, remember_allowed

Apply: TypeAlias = Callable[[Params], Any]

_SENDING = (
    "business_connection_id chat_id message_thread_id direct_messages_topic_id "
    "disable_notification protect_content allow_paid_broadcast message_effect_id "
    "suggested_post_parameters reply_parameters reply_markup "
)
_CAPTION = "caption parse_mode caption_entities show_caption_above_media "
_EDITING = "business_connection_id chat_id message_id inline_message_id reply_markup "
_SENDS = frozenset(
    {
        "sendMessage",
        "sendDocument",
        "sendPhoto",
        "copyMessage",
        "editMessageText",
        "editMessageReplyMarkup",
    }
)


@dataclass(frozen=True, slots=True)
class Method:
    """One method: its documented name and parameters; `limited` counts against the limits."""

    name: str
    parameters: frozenset[str]
    apply: Apply
    limited: bool


class Methods:
    """Every method that the sandbox speaks, found by name in any case, as Telegram does."""

    def __init__(
        self, world: World, messages: MessageMethods, profile: ProfileMethods, webhook: Webhook
    ) -> None:
        self._world = world
        inline = InlineMethods(world, messages)
        self._webhook = webhook
        self._table = {
            name.lower(): Method(name, frozenset(parameters.split()), apply, name in _SENDS)
            for name, apply, parameters in _rows(
                messages, inline, profile, webhook, self._get_updates
            )
        }

    def find(self, name: str) -> Method | None:
        """The method of this name, or None."""
        return self._table.get(name.lower())

    async def _get_updates(self, params: Params) -> list[dict[str, Any]]:
        if self._webhook.url:
            raise conflict(
                "can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first"
            )
        remember_allowed(self._world.updates, params)
        return await self._world.updates.poll(
            params.number("offset"),
            params.within("limit", 100, 1, 100),
            params.within("timeout", 0, 0, 50),
        )


def _rows(
    messages: MessageMethods,
    inline: InlineMethods,
    profile: ProfileMethods,
    webhook: Webhook,
    get_updates: Callable[[Params], Awaitable[Any]],
) -> list[tuple[str, Apply, str]]:
    return [
        ("getMe", profile.get_me, ""),
        ("getUpdates", get_updates, "offset limit timeout allowed_updates"),
        (
            "setWebhook",
            webhook.set_webhook,
            "url certificate ip_address max_connections allowed_updates drop_pending_updates "
            "secret_token",
        ),
        ("deleteWebhook", webhook.delete_webhook, "drop_pending_updates"),
        ("getWebhookInfo", webhook.get_webhook_info, ""),
        (
            "sendMessage",
            messages.send_message,
            _SENDING + "text parse_mode entities link_preview_options",
        ),
        (
            "sendDocument",
            messages.send_document,
            _SENDING + _CAPTION + "document thumbnail disable_content_type_detection",
        ),
        ("sendPhoto", messages.send_photo, _SENDING + _CAPTION + "photo has_spoiler"),
        (
            "copyMessage",
            messages.copy_message,
            _SENDING + _CAPTION + "from_chat_id message_id video_start_timestamp",
        ),
        (
            "editMessageText",
            messages.edit_message_text,
            _EDITING + "text parse_mode entities link_preview_options",
        ),
        ("editMessageReplyMarkup", messages.edit_message_reply_markup, _EDITING),
        ("deleteMessage", messages.delete_message, "chat_id message_id"),
        ("deleteMessages", messages.delete_messages, "chat_id message_ids"),
        (
            "answerCallbackQuery",
            messages.answer_callback_query,
            "callback_query_id text show_alert url cache_time",
        ),
        (
            "answerInlineQuery",
            inline.answer_inline_query,
            "inline_query_id results cache_time is_personal next_offset button",
        ),
        (
            "sendChatAction",
            messages.send_chat_action,
            "business_connection_id chat_id message_thread_id action",
        ),
        ("getChat", messages.get_chat, "chat_id"),
        ("getChatMember", messages.get_chat_member, "chat_id user_id"),
        ("leaveChat", messages.leave_chat, "chat_id"),
        ("getFile", messages.get_file, "file_id"),
        ("setMyCommands", profile.set_my_commands, "commands scope language_code"),
        ("getMyCommands", profile.get_my_commands, "scope language_code"),
        ("deleteMyCommands", profile.delete_my_commands, "scope language_code"),
        ("setMyName", profile.set_my_name, "name language_code"),
        ("getMyName", profile.get_my_name, "language_code"),
        ("setMyDescription", profile.set_my_description, "description language_code"),
        ("getMyDescription", profile.get_my_description, "language_code"),
        (
            "setMyShortDescription",
            profile.set_my_short_description,
            "short_description language_code",
        ),
        ("getMyShortDescription", profile.get_my_short_description, "language_code"),
        ("setChatMenuButton", profile.set_chat_menu_button, "chat_id menu_button"),
        ("getChatMenuButton", profile.get_chat_menu_button, "chat_id"),
    ]
