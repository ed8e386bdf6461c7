/**
 * What the demo tells the page: a WebSocket that comes back by itself, and the state it adds up to.
 *
 * After every connection the demo sends everything whole, so a lost one costs nothing: `hello`
 * empties the state, the events after it fill it again.
 */

const FIRST_PAUSE = 200;
const LONGEST_PAUSE = 2000;
const MOST_LINES = 2000;

class Feed {
  #listeners = new Map();
  #socket = null;
  #pause = FIRST_PAUSE;
  #timer = 0;

  constructor() {
    this.state = { connected: false, ...nothingYet() };
    // A machine that wakes up should not sit out the pause.
    addEventListener("online", this.#retry);
  }

  /**
   * Call `listener(event)` for every event of a kind; at once, too, with what is already known.
   * @returns {() => void} ends it
   */
  on(kind, listener) {
    const listeners = this.#listeners.get(kind) ?? new Set();
    this.#listeners.set(kind, listeners.add(listener));
    const known = this.#known(kind);
    if (known) listener(known);
    return () => listeners.delete(listener);
  }

  /** Connect and stay connected. */
  start() {
    const address = new URL("/demo/live", location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = new WebSocket(address);
    this.#socket = socket;
    socket.onmessage = (message) => JSON.parse(message.data).forEach((event) => this.#take(event));
    socket.onclose = () => this.#lost();
  }

  #retry = () => {
    if (this.#socket?.readyState !== WebSocket.CLOSED) return;
    clearTimeout(this.#timer);
    this.start();
  };

  #lost() {
    const wasConnected = this.state.connected;
    this.state.connected = false;
    if (wasConnected) this.#tell({ kind: "disconnected" });
    this.#timer = setTimeout(this.#retry, this.#pause);
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
  }

  #take(event) {
    TAKE[event.kind]?.(this.state, event);
    this.#tell(event);
    if (event.kind === "hello") {
      this.#pause = FIRST_PAUSE;
      this.state.connected = true;
      this.#tell({ kind: "connected" });
    }
  }

  /** One listener's mistake must not silence the others. */
  #tell(event) {
    for (const listener of [...(this.#listeners.get(event.kind) ?? [])]) {
      try {
        listener(event);
      } catch (error) {
        reportError(error);
      }
    }
  }

  /** The event that a late listener has missed. */
  #known(kind) {
    const state = this.state;
    switch (kind) {
      case "people":
        return state.people.size ? { kind, people: [...state.people.values()] } : null;
      case "wire":
        return state.wire.length ? { kind, lines: state.wire } : null;
      case "connected":
        return state.connected ? { kind } : null;
      case "hello":
      case "serva":
      case "servya":
      case "bot":
        return state[kind];
      default:
        return null;
    }
  }
}

function nothingYet() {
  return {
    hello: null,
    people: new Map(),
    chats: new Map(),
    serva: null,
    servya: null,
    wire: [],
    bot: null,
  };
}

/** How each kind of event changes the state. */
const TAKE = {
  hello: (state, event) => Object.assign(state, nothingYet(), { hello: event }),
  people: (state, event) => (state.people = new Map(event.people.map((one) => [one.id, one]))),
  chat: takeChat,
  serva: (state, event) => (state.serva = event),
  servya: (state, event) => (state.servya = event),
  bot: (state, event) => (state.bot = event),
  wire: takeLines,
};

function takeChat(state, event) {
  const known = event.whole ? null : state.chats.get(event.id);
  const chat = known ?? { messages: new Map(), typing: 0 };
  for (const message of event.messages) chat.messages.set(message.message_id, message);
  for (const id of event.gone) chat.messages.delete(id);
  chat.typing = event.typing;
  state.chats.set(event.id, chat);
}

/** New lines go to the end; a line that comes again has changed, and is most likely a late one. */
function takeLines(state, event) {
  for (const line of event.lines) {
    const place = state.wire.findLastIndex((other) => other.n === line.n);
    if (place < 0) state.wire.push(line);
    else state.wire[place] = line;
  }
  state.wire.splice(0, state.wire.length - MOST_LINES);
}

export const feed = new Feed();
