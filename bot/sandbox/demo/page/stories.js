/**
 * What can go wrong with an order, a story each. Every story brings its own customer with an account
 * of their own, so they can be played in any order, as often as one likes; each puts the levers back.
 */

import { post } from "./api.js";
import { newcomer } from "./actor.js";
import { feed } from "./feed.js";
import { GUIDE } from "./guide.js";

const SERVICE = "1234"; // Instagram Followers, the example in Serva's own documentation
const BALANCE = "25.50";
const LONG_ENOUGH_TO_NOTICE = 5000;
const UNKNOWN = "Sent, but Serva has not confirmed. Do not order it again.";
const TAKEN = "Your balance shows that Serva took $0.89 for it.";

/** How a story begins: where one tap would spend money. */
const AT_CONFIRM = {
  name: "At the confirm screen",
  say: "A new customer has linked a key, and is one tap away from ordering 1,000 followers for $0.89.",
  act: toConfirm,
  shown: (a) => a.sees("Total:") && a.orders.length === 0,
  expects: "the screen on which an order is confirmed",
};

/** The tap that spends money, and what comes of it. */
const order = (say, shown, expects, more = {}) => ({
  name: "Tap Order",
  say,
  act: (a) => a.tap("Order for"),
  shown,
  expects,
  ...more,
});

/** A fault for the next call, as the Provider panel has it. */
const lever = (kind, say, fault = { action: "add" }) => ({
  name: "Pull the lever",
  say,
  act: (a) => a.serva("fault", { kind, ...fault }),
  shown: (a) => a.armed(kind),
  expects: "the fault among those that wait",
});

/** The look at the balance that the bot takes by itself, now. */
const checkNow = (shown, expects) => ({
  name: "Tap Check now",
  say: "The bot looks at the balance by itself, first after some fifteen seconds. Check now does it at once.",
  act: (a) => a.tap("Check now"),
  shown,
  expects,
});

const placed = (a) => a.orders.length && a.told("Order id:");
const unknown = (a) => a.sees(UNKNOWN);
const taken = (a) => a.told(TAKEN);
const PLACED = "the order's card, with its id at Serva";
const NOT_CONFIRMED = "a card that says that Serva has not confirmed";
const BY_BALANCE = "the sum that the balance shows";

export const STORIES = [
  story({
    title: "The answer is lost after Serva took the money",
    about: "The order is placed and paid, but the bot never hears of it. Watch that it neither calls it failed nor sends it again.",
    who: "Ada",
    steps: [
      AT_CONFIRM,
      lever("drop_after", "The next order will reach Serva and be paid, but the connection will break before the answer."),
      order("Serva takes the $0.89. The bot hears nothing at all.", unknown, NOT_CONFIRMED),
      {
        name: "What it says",
        say: "It does not know, and says so: sent, not confirmed, up to $0.89 may be gone. It sends nothing again, and blocks that link until this is settled.",
      },
      checkNow(taken, BY_BALANCE),
      {
        name: "What it found",
        say: "The balance fell by exactly this order, so Serva took it. Only the order's id is missing.",
      },
      {
        name: "Tap “I see it at Serva”",
        say: "The customer finds the order at Serva and gives its id.",
        act: (a) => a.tap("I see it at Serva"),
        shown: (a) => a.sees("Send the order id that Serva shows"),
        expects: "the question for the order's id",
      },
      {
        name: "Send the id",
        say: (a) => `It is ${a.orders[0]?.id}, in the Provider panel under Orders.`,
        act: async (a) => a.type((await a.newestOrder()).id),
        shown: (a) => a.sees("Found."),
        expects: "Home, saying that it was found",
      },
    ],
    end: "Serva knows that id for this key, so the order is followed from now on. One order, paid once.",
    next: "play it again, and give another id when it asks. The bot believes only what Serva confirms.",
  }),
  story({
    title: "The order is lost before Serva took it",
    about: "The connection breaks a moment earlier, and nothing is paid. To the bot both look the same, so it must not guess.",
    who: "Ben",
    steps: [
      AT_CONFIRM,
      lever("drop_before", "The connection will break before Serva has read the next order."),
      order("Bytes have left, no answer came. Nobody can tell this from an order that was taken.", unknown, NOT_CONFIRMED),
      checkNow((a) => a.sees("Your balance has not moved so far."), "that the balance has not moved"),
    ],
    end: "Serva may still be at work. Only when the balance has stood still for three minutes does the bot say that Serva did not take the order: three real minutes, which no lever shortens.",
    next: "wait for that message, or tap “It is not there”: the bot asks once more, then takes your word. Had the balance moved by some other sum, it would ask you after ten minutes.",
  }),
  story({
    title: "A page of HTML with status 502 comes after Serva accepted",
    about: "An error page usually means that it failed. Here it did not. Watch that the bot does not fall for it.",
    who: "Cleo",
    steps: [
      AT_CONFIRM,
      lever("html_502", "Serva will take the next order, but its gateway will answer with an error page."),
      order("The bot is told 502 Bad Gateway.", unknown, NOT_CONFIRMED),
      {
        name: "What it says",
        say: "A 5xx says nothing about the money, so this is unknown too, not failed. There is a request id now, to give to Serva's support.",
      },
      checkNow(taken, BY_BALANCE),
    ],
    end: "The balance tells what the error page hid. Whoever tries again at a 502 pays twice.",
    next: "the other broken answers in Provider, Faults: broken JSON, half an answer, HTML with status 200.",
  }),
  story({
    title: "Serva is down",
    about: "Nothing answers, whatever is asked. Watch when it is safe to say that nothing was sent.",
    who: "Dan",
    steps: [
      AT_CONFIRM,
      lever("outage", "Every connection to Serva will break, until the lever is put back.", { times: null }),
      order(
        "Before an order the bot reads the balance, which costs nothing. It tries three times, for about nine seconds.",
        (a) => a.sees("Serva is not answering right now.", "Nothing was sent and nothing was charged."),
        "a card that says that nothing was sent",
        { patience: 30_000 },
      ),
      {
        name: "What it says",
        say: "This time it can say more: the order never left, so nothing can have been charged. And it does not blame the key.",
      },
      {
        name: "Serva is back",
        say: "The lever goes back, and Try again shows the confirm screen: a new order is always agreed to anew.",
        act: async (a) => {
          await a.serva("fault/clear");
          // After ten silent seconds the bot asks Serva only every few seconds.
          while (!a.sees("Total:")) {
            await a.tap("Try again");
            await a.rest(2_000);
          }
        },
        shown: (a) => a.told("Serva is not answering right now.") && a.sees("Total:"),
        expects: "the confirm screen",
      },
      order("Serva answers.", placed, PLACED),
    ],
    end: "Not sent, and said so; then sent, once. “Unknown” is kept for what really is.",
    next: "lose the next answer to balance only (Provider, Faults), and order: the bot tries again by itself.",
  }),
  story({
    title: "Serva takes ten seconds to answer",
    about: "Slow is not broken. Watch that the bot waits with the order, and that nobody waits for the bot.",
    who: "Eva",
    steps: [
      AT_CONFIRM,
      lever("slow", "Serva will take ten seconds for the next order.", { action: "add", seconds: 10 }),
      order("The tap is answered at once: Placing…", (a) => a.sees("Placing…"), "a card that says Placing…"),
      {
        name: "Do something else",
        say: "The customer goes Home and could order something else. The card stays where it is.",
        act: (a) => a.tap("Home"),
        shown: (a) => a.sees("1 active order."),
        expects: "Home, with one active order",
      },
      {
        name: "Wait",
        say: "The bot waits for up to 75 seconds: giving up early would only make an unknown of an order that was about to be answered.",
        shown: placed,
        expects: PLACED,
        patience: 30_000,
      },
    ],
    end: "Placed: the card above has changed without a sound, and Home is where it was.",
    next: "“Hang, after accepting” for add, in Provider. After 75 real seconds the bot calls the order unknown.",
  }),
  story({
    title: "Serva refuses: the balance is too low",
    about: "Another tool spends the money between the confirm screen and the tap. Watch what is offered in place of an error.",
    who: "Finn",
    steps: [
      AT_CONFIRM,
      {
        name: "The money is spent elsewhere",
        say: "The balance at Serva falls from $25.50 to $0.30, which the bot cannot know yet.",
        act: (a) => a.bank({ balance: "0.30" }),
        shown: (a) => Number(a.account.balance) === 0.3,
        expects: "the new balance at Serva",
      },
      order(
        "Serva refuses the order.",
        (a) => a.sees("Your balance is too low for this order.", "Nothing was charged."),
        "a card that says that the balance is too low",
      ),
      {
        name: "What it says",
        say: "A clear refusal is not an unknown: nothing was charged. It names what is missing, and what the balance would cover.",
      },
      {
        name: "Take fewer",
        say: "One tap takes what can be afforded. It is confirmed like any order.",
        act: (a) => a.tap("Order 337 instead"),
        shown: (a) => a.sees("Quantity: 337", "Total:"),
        expects: "the confirm screen for 337",
      },
    ],
    end: "A refusal comes with ways on. The order that was refused keeps its card, and cost nothing.",
    next: "top this account up in Provider, under Manage, and tap “I have topped up” on the card.",
  }),
  story({
    title: "The same link is ordered twice",
    about: "Serva takes one order at a time for the same service and link. Watch where the refusal leads.",
    who: "Gia",
    steps: [
      AT_CONFIRM,
      order("A first order, as usual.", placed, PLACED),
      {
        name: "Order it again",
        say: "Order again fills everything in, and asks for the confirmation: it is never skipped.",
        act: (a) => a.tap("Order again"),
        shown: (a) => placed(a) && a.sees("Total:"),
        expects: "the confirm screen",
      },
      order(
        "The first order still runs, so Serva refuses the second.",
        (a) => a.sees("Serva has an active order for this target.", "Nothing was charged."),
        "a card that says that an order for this link is active",
      ),
      {
        name: "Show the first",
        say: "The refusal leads to the order that stands in the way.",
        act: (a) => a.tap("Show order #"),
        shown: (a) => a.told("Serva has an active order for this target.") && a.sees("Order id:"),
        expects: "the first order's card",
      },
    ],
    end: "Each order keeps a card of its own, and the refused one says that nothing was charged.",
    next: "complete the first order in Provider and order again. Within a minute of the first it is still refused, then it is taken.",
  }),
  story({
    title: "The price rises between the confirm screen and the tap",
    about: "What is on the screen is what is agreed to, not a cent more.",
    who: "Hugo",
    steps: [
      AT_CONFIRM,
      {
        name: "The price rises",
        say: "Serva now wants half as much again. The screen still says $0.89.",
        act: (a) => a.serva(`services/${SERVICE}`, { factor: "1.5" }),
      },
      order(
        "Right before it sends anything, the bot reads the price once more.",
        (a) => a.sees("The price changed: $0.89 → ", "Nothing was sent and nothing was charged."),
        "a card that says that the price changed",
      ),
      {
        name: "Look at the new price",
        say: "The old yes does not count for the new price. Order again asks anew.",
        act: (a) => a.tap("Order again"),
        shown: (a) => a.told("The price changed:") && a.sees("Total:"),
        expects: "the confirm screen with the new price",
      },
    ],
    end: "Nobody pays a price that they have not seen. The price is now back to what it was.",
    next: "change one yourself in Provider, under Services and prices, while somebody reads a confirm screen.",
  }),
  story({
    title: "The service disappears before the tap",
    about: "Serva stops selling it while somebody looks at the confirm screen. Watch where the bot leads from there.",
    who: "Iris",
    steps: [
      AT_CONFIRM,
      {
        name: "The service goes",
        say: "Serva takes the service off its list.",
        act: (a) => a.serva(`services/${SERVICE}`, { gone: true }),
      },
      order(
        "The bot reads the list once more, and does not find it.",
        (a) => a.sees("Serva no longer offers this service.", "Nothing was sent and nothing was charged."),
        "a card that says that the service is gone",
      ),
      {
        name: "Look for its like",
        say: "Nobody is left stranded: the nearest services are one tap away, and the link that was given is kept.",
        act: (a) => a.tap("Similar services"),
        shown: (a) => a.sees("These are the nearest ones."),
        expects: "a list of similar services",
      },
    ],
    end: "What was wanted leads to what there is. The old service is now back on the list.",
    next: "pick one of these on the phone: it goes on without asking for the link again.",
  }),
  story({
    title: "Serva delivers only a part",
    about: "A partial order is where panels and bots like to round in their own favour. Watch the words.",
    who: "Jon",
    steps: [
      AT_CONFIRM,
      order("The order is placed.", placed, PLACED),
      {
        name: "It ends early",
        say: "Serva stops with 450 of 1,000 missing, and gives the money for them back.",
        act: async (a) => a.serva(`orders/${(await a.newestOrder()).id}/finish`, { status: "partial", remains: 450 }),
        shown: (a) => a.sees("550 of 1,000 came."),
        expects: "the news, as a reply to the card",
        patience: 20_000,
      },
    ],
    end: "It says what came, and what Serva charges now beside what it charged before. It invents no refund.",
    next: "order again, and choose the end yourself: Cancel, Refund and Fail are beside each order in Provider.",
  }),
  story({
    title: "The key is revoked while an order runs",
    about: "The order goes on at Serva, but the bot can no longer ask how it is.",
    who: "Kim",
    steps: [
      AT_CONFIRM,
      order("The order is placed.", placed, PLACED),
      {
        name: "The key is revoked",
        say: "The key stops working at Serva. The bot finds out when it next asks about the order.",
        act: (a) => a.bank({ do: "revoke" }),
        shown: (a) => a.told("Serva no longer accepts your key."),
        expects: "the news that Serva no longer accepts the key",
        patience: 25_000,
      },
      {
        name: "What it says",
        say: "It says it once, keeps asking nobody with a dead key, and does not pretend to know: the card says that it is no longer followed.",
      },
      {
        name: "The key works again",
        say: "Serva lets the key in again, and the customer pastes it anew.",
        act: async (a) => {
          await a.bank({ do: "restore" });
          await a.tap("Replace key");
          await a.until(() => a.sees("Paste your Serva API key here."), 5000);
          await a.type(a.account.key);
        },
        shown: (a) => a.told("Serva no longer accepts your key.") && a.sees("linked."),
        expects: "Home, with the key linked",
      },
      {
        name: "The order ends",
        say: "The order is followed again, from where it was left.",
        act: async (a) => a.serva(`orders/${(await a.newestOrder()).id}/finish`, { status: "completed" }),
        shown: (a) => a.sees("Completed"),
        expects: "the news that it completed",
        patience: 20_000,
      },
    ],
    end: "The news of the end came all the same, though the key was dead in between.",
    next: "play it again, and give the account a new key in Provider instead. The bot cannot know that it is the same account, and says what that means.",
  }),
  story({
    title: "The bot is killed in the middle of an order",
    about: "kill -9, after Serva took the money and before its answer: the worst moment there is.",
    who: "Leo",
    steps: [
      AT_CONFIRM,
      lever("hang_after", "Serva will take the next order, and keep its answer to itself."),
      order(
        "The order is on its way. What the bot is about to do, it has written to the disk first.",
        (a) => a.orders.length && a.sees("Placing…"),
        "Placing…, with the order at Serva",
      ),
      {
        name: "Kill -9",
        say: "The process is gone at once: no goodbye, nothing saved at the last moment.",
        act: (a) => a.press("bot", "Kill -9"),
        shown: (a) => a.orders.length && !feed.state.bot.running,
        expects: "no bot",
      },
      {
        name: "Start",
        say: "It starts again, and finds an order that was being sent by nobody.",
        act: async (a) => {
          await a.press("bot", "Start");
          a.turnToPhone();
        },
        shown: unknown,
        expects: NOT_CONFIRMED,
        patience: 30_000,
      },
      {
        name: "What it says",
        say: "It might have been sent, so it is not sent again. Unknown, until there is evidence.",
      },
      checkNow(taken, BY_BALANCE),
    ],
    end: "One order, paid once, and its owner knows where the money is.",
    next: "kill it at any other moment, in the Bot panel. What was sent to it meanwhile is handled when it is back.",
  }),
  story({
    title: "Two devices tap Order at once",
    about: "The same person, with a phone and a tablet, both showing the confirm screen.",
    who: "Mona",
    steps: [
      AT_CONFIRM,
      {
        name: "A second device",
        say: "The second device is held behind: it goes on showing the confirm screen, whatever happens.",
        act: (a) => {
          a.stage.pair(a.person.id);
          a.stage.freeze(secondDevice(a), true);
        },
        shown: (a) => a.stage.slots[secondDevice(a)]?.frozen,
        expects: "a second device beside the first",
      },
      {
        name: "Two taps",
        say: "Both tap Order in the same moment.",
        act: async (a) => {
          const second = a.stage.slots[secondDevice(a)].phone;
          await Promise.all([answers(a, 2), a.phone.tap("Order for"), second.tap("Order for")]);
        },
        shown: placed,
        expects: PLACED,
      },
      {
        name: "The second device catches up",
        say: "It is let go, and shows what the first one shows.",
        act: (a) => a.stage.freeze(secondDevice(a), false),
        shown: (a) => placed(a) && !a.stage.slots[secondDevice(a)]?.frozen,
        expects: "both devices with the same chat",
      },
    ],
    end: (a) =>
      `Orders at Serva: ${a.orders.length}. Every confirm screen has a number of its own, which can become an order once.`,
    next: "hold a device behind yourself, in People, and tap what is long out of date.",
    tidy: (a) => {
      const second = secondDevice(a);
      if (a.stage.slots[second]?.frozen) a.stage.freeze(second, false);
    },
  }),
  story({
    title: "The person blocks the bot and comes back",
    about: "The order ends while nothing can be said to them.",
    who: "Nils",
    steps: [
      AT_CONFIRM,
      order("The order is placed.", placed, PLACED),
      {
        name: "They block the bot",
        say: "From now on Telegram refuses every message to them.",
        act: (a) => a.act("block"),
        shown: (a) => standing(a) === "kicked",
        expects: "that the bot is blocked",
      },
      {
        name: "The order ends",
        say: "Serva completes the order. The bot sees it and has nobody to tell, so it keeps the news.",
        act: async (a) => {
          await a.serva(`orders/${(await a.newestOrder()).id}/finish`, { status: "completed" });
          await a.rest(LONG_ENOUGH_TO_NOTICE);
        },
        shown: (a) => a.orders[0]?.status === "completed",
        expects: "the end of the order at Serva",
      },
      {
        name: "They come back",
        say: "They unblock the bot, without a word.",
        act: (a) => a.act("unblock"),
        shown: (a) => standing(a) === "member" && a.sees("Completed"),
        expects: "the news that it completed",
        patience: 30_000,
      },
    ],
    end: "What matters is told as soon as it can be, and once.",
    next: "block it yourself, in the phone's menu or in People, while an order runs.",
  }),
];

/** A story with its customer; it begins and ends with every lever where it belongs. */
function story({ who, tidy, ...script }) {
  return {
    ...script,
    guide: GUIDE.en,
    async begin(stage) {
      await putBack();
      const actor = await newcomer(stage, who, BALANCE);
      stage.show("phone");
      stage.phoneOf(actor.person.id);
      return actor;
    },
    async tidy(actor) {
      tidy?.(actor);
      await putBack();
    },
  };
}

/** Nothing armed, time at its own pace, the service as it was, the bot alive. */
async function putBack() {
  await post("/serva/sandbox/fault/clear");
  await post("/serva/sandbox/clock", { speed: 1 });
  await post(`/serva/sandbox/services/${SERVICE}`, { factor: "1", gone: false });
  if (!feed.state.bot.running) await post("/demo/bot/start");
}

/** Link the key and fill in an order, as fast as the bot answers. */
async function toConfirm(a) {
  const hear = async (words, deed) => {
    const { message_id } = await deed;
    return a.until(() => a.messages[0]?.message_id >= message_id && a.sees(words), 12_000);
  };
  const linked = a.told("linked.");
  if (!linked) {
    await hear("Paste your API key to begin.", a.send("/start"));
    await hear("linked.", a.send(a.account.key));
  }
  const link = `https://instagram.com/${a.person.name.toLowerCase().replace(" ", ".")}`;
  await hear(link, a.send(`Instagram Followers 1000 ${link}`));
  // Whoever has ordered this for such a link before is at the confirmation already.
  if (!a.button("Order for")) await a.tapAtOnce("Instagram Followers ·");
}

/** Wait until the bot has answered so many taps of the actor's person. */
async function answers(a, many) {
  const answered = new Set();
  const off = feed.on("tap", (tap) => {
    if (tap.chat === a.person.id && tap.answered) answered.add(tap.id);
  });
  await a.until(() => answered.size >= many, 12_000).finally(off);
}

const secondDevice = (a) =>
  a.stage.slots.findIndex((slot) => slot.person === a.person.id && slot.device === 2);
const standing = (a) => feed.state.people.get(a.person.id)?.standing;
