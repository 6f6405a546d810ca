// Shows Adaptive Cards with Microsoft's own renderer, set up about as Teams on a desktop is.
// Loaded by surface.py after adaptivecards and markdown-it.

const colours = {
  default: { default: "#242424", subtle: "#616161" },
  accent: { default: "#5b5fc7", subtle: "#5b5fc7" },
  attention: { default: "#c4314b", subtle: "#c4314b" },
  good: { default: "#13a10e", subtle: "#13a10e" },
  warning: { default: "#835c00", subtle: "#835c00" },
};
const container = { backgroundColor: "#ffffff", foregroundColors: colours };
const teams = new AdaptiveCards.HostConfig({
  fontFamily: "'Segoe UI', 'Helvetica Neue', Arial, sans-serif",
  fontSizes: { small: 12, default: 14, medium: 16, large: 18, extraLarge: 24 },
  fontWeights: { lighter: 300, default: 400, bolder: 600 },
  lineHeights: { small: 16, default: 20, medium: 22, large: 24, extraLarge: 32 },
  spacing: { small: 8, default: 12, medium: 16, large: 20, extraLarge: 24, padding: 16 },
  containerStyles: { default: container, emphasis: { ...container, backgroundColor: "#fafafa" } },
  actions: {
    maxActions: 6,
    spacing: "default",
    buttonSpacing: 8,
    showCard: { actionMode: "inline", inlineTopMargin: 16, style: "emphasis" },
    actionsOrientation: "horizontal",
    actionAlignment: "left",
  },
  inputs: {
    label: {
      requiredInputs: { suffix: " *", suffixColor: "attention" },
      optionalInputs: {},
    },
  },
});

// Teams's Markdown is a part of CommonMark; the test reads all of it, which is stricter.
const markdown = new markdownit({ html: false, linkify: false });
AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
  result.outputHtml = markdown.render(text);
  result.didProcess = true;
};

// Renders a card into the page. Returns what Microsoft's parser complains of.
window.show = (json) => {
  const context = new AdaptiveCards.SerializationContext(AdaptiveCards.Versions.v1_5);
  const card = new AdaptiveCards.AdaptiveCard();
  card.hostConfig = teams;
  card.parse(json, context);
  window.sent = [];
  card.onExecuteAction = (action) =>
    window.sent.push({ type: action.getJsonTypeName(), verb: action.verb, data: action.data });
  const place = document.getElementById("card");
  place.replaceChildren(card.render());
  const complaints = card.validateProperties().validationEvents;
  const events = [...Array(context.eventCount).keys()].map((at) => context.getEventAt(at));
  return [...events, ...complaints.map((each) => each)].map((each) => each.message);
};
