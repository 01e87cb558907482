import "./elements/lesson-editor.js";
