/** The values of a set of blocks: what has been typed or chosen, by block and action. */

const STARTING = {
  plain_text_input: ({ initial_value }) => ({ value: initial_value ?? null }),
  number_input: ({ initial_value }) => ({ value: initial_value ?? null }),
  email_text_input: ({ initial_value }) => ({ value: initial_value ?? null }),
  url_text_input: ({ initial_value }) => ({ value: initial_value ?? null }),
  rich_text_input: ({ initial_value }) => ({ rich_text_value: initial_value ?? null }),
  static_select: ({ initial_option }) => ({ selected_option: initial_option ?? null }),
  external_select: ({ initial_option }) => ({ selected_option: initial_option ?? null }),
  radio_buttons: ({ initial_option }) => ({ selected_option: initial_option ?? null }),
  multi_static_select: ({ initial_options }) => ({ selected_options: initial_options ?? [] }),
  multi_external_select: ({ initial_options }) => ({ selected_options: initial_options ?? [] }),
  checkboxes: ({ initial_options }) => ({ selected_options: initial_options ?? [] }),
  users_select: ({ initial_user }) => ({ selected_user: initial_user ?? null }),
  multi_users_select: ({ initial_users }) => ({ selected_users: initial_users ?? [] }),
  channels_select: ({ initial_channel }) => ({ selected_channel: initial_channel ?? null }),
  multi_channels_select: ({ initial_channels }) => ({ selected_channels: initial_channels ?? [] }),
  conversations_select: ({ initial_conversation }) => ({ selected_conversation: initial_conversation ?? null }),
  multi_conversations_select: ({ initial_conversations }) => ({ selected_conversations: initial_conversations ?? [] }),
  datepicker: ({ initial_date }) => ({ selected_date: initial_date ?? null }),
  timepicker: ({ initial_time }) => ({ selected_time: initial_time ?? null }),
  datetimepicker: ({ initial_date_time }) => ({ selected_date_time: initial_date_time ?? null }),
};

export class Fields {
  /** before: the Fields these blocks replace, whose typing stays; saved: values the workspace holds. */
  constructor({ before = null, saved = {} } = {}) {
    this.before = before;
    this.saved = saved;
    this.kept = new Map();
    this.touched = before?.touched ?? false;
  }

  /** A holder of one element's value, or null for elements that have none. */
  hold(blockId, element) {
    const start = STARTING[element.type];
    if (!start) return null;
    const key = `${blockId}/${element.action_id}`;
    const earlier = this.before?.kept.get(key)?.value ?? this.saved[blockId]?.[element.action_id];
    const value = earlier?.type === element.type ? earlier : { type: element.type, ...start(element) };
    const holder = { blockId, actionId: element.action_id, value, set: (part) => this.#set(holder, part) };
    this.kept.set(key, holder);
    return holder;
  }

  #set(holder, part) {
    holder.value = { type: holder.value.type, ...part };
    this.touched = true;
    this.onchange?.(holder.blockId);
  }

  /** Whether something was typed and there is still a field that holds it. */
  get wouldBeLost() {
    return this.touched && this.kept.size > 0;
  }

  values() {
    const values = {};
    for (const { blockId, actionId, value } of this.kept.values()) (values[blockId] ??= {})[actionId] = value;
    return values;
  }
}

function isBlank({ type, ...part }) {
  const [value] = Object.values(part);
  return value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
}

const isAddress = (text) => URL.canParse(text) && /^https?:/i.test(text);

const TESTS = {
  number_input({ min_value, max_value, is_decimal_allowed }, value) {
    const number = Number(value);
    if (Number.isNaN(number)) return "Enter a number.";
    if (!is_decimal_allowed && !Number.isInteger(number)) return "Enter a whole number.";
    if (min_value !== undefined && number < Number(min_value)) return `Enter ${min_value} or more.`;
    if (max_value !== undefined && number > Number(max_value)) return `Enter ${max_value} or less.`;
  },
  email_text_input: (_, value) => (/^\S+@\S+\.\S+$/.test(value) ? undefined : "Enter an email address, like name@school.org."),
  url_text_input: (_, value) => (isAddress(value) ? undefined : "Enter a web address that starts with https://."),
  plain_text_input({ min_length, max_length }, value) {
    if (min_length && value.length < min_length) return `Write at least ${min_length} characters.`;
    if (max_length && value.length > max_length) return `This is ${value.length} characters; ${max_length} fit here.`;
  },
};

/** What the client itself refuses before anything is sent: {block_id: reason}. */
export function complaints(blocks, fields) {
  const found = {};
  for (const block of blocks.filter(({ type }) => type === "input")) {
    const held = fields.kept.get(`${block.block_id}/${block.element.action_id}`);
    if (!held) continue;
    const complaint = isBlank(held.value) ? !block.optional && "Please fill this in." : TESTS[block.element.type]?.(
      block.element,
      held.value.value,
    );
    if (complaint) found[block.block_id] = complaint;
  }
  return found;
}
