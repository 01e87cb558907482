// Everything that learners' pages use, in one file that a phone fetches once.
import "./lib/menu.js";
import "./elements/phone-status.js";
import "./elements/reading-position.js";
import "./elements/answer-keeper.js";
import "./elements/lesson-read.js";
import "./elements/keep-module.js";
import "./elements/phone-contents.js";
import "./elements/show-details.js";
import "./elements/glossary-tap.js";
import "./elements/listen-aloud.js";
import "./elements/picture-later.js";
import "./elements/data-meter.js";
