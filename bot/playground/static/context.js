/** What blocks need to know about where they are: whom to tell, what to keep. */
import { post } from "./api.js";
import { Fields } from "./fields.js";
import { toast } from "./toast.js";

export function blockContext(container, { before, saved, onError = showFailure } = {}) {
  const fields = new Fields({ before, saved });
  return {
    fields,
    async act(blockId, element, part) {
      const action = { type: element.type, ...part };
      const answer = await post(
        "action",
        { container, block_id: blockId, action_id: element.action_id, action, state: { values: fields.values() } },
      );
      if (!answer.ok) onError(answer.error);
      return answer;
    },
    async suggest(blockId, element, value) {
      const answer = await post("suggest", { container, block_id: blockId, action_id: element.action_id, value });
      if (!answer.ok) throw new Error(answer.error);
      return answer.options ?? (answer.option_groups ?? []).flatMap((group) => group.options);
    },
  };
}

function showFailure(error) {
  toast("That did not work", [error], { bad: true });
}
