// "Copy as Python": what the panel's settings do, as calls that can be kept.
import { useRef, useState } from "preact/hooks";
import type { Text } from "./text";

export function Copy({ python, text }: { python: string; text: Text }) {
  const [said, setSaid] = useState("");
  const code = useRef<HTMLDetailsElement>(null);
  if (!python) return null;
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(python);
      setSaid(text.say("copied"));
    } catch {
      if (code.current) code.current.open = true;
      setSaid(text.say("copy.failed"));
    }
    setTimeout(() => setSaid(""), 4000);
  };
  return (
    <div class="wb-copy">
      <span role="status" class="wb-note">
        {said}
      </span>
      <button type="button" onClick={copy}>
        {text.say("copy")}
      </button>
      <details ref={code}>
        <summary>{text.say("code")}</summary>
        <pre tabIndex={0}>{python}</pre>
      </details>
    </div>
  );
}
