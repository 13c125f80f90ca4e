/// HTML an operator may paste: the same as in docs/consent.md, which a test holds equal.
enum InstallSnippets {
    /// A banner that asks once; nothing is stored before its answer.
    static func consentBanner(nonce: String?) -> String {
        let nonce = nonce.map { #" nonce="\#(HTMLText.escaped($0))""# } ?? ""
        return """
            <div id="recording-choice" role="region" aria-label="Recording of this visit" hidden>
              <p>May we record how you use this site, to see what is hard to use? What you type is hidden.</p>
              <button type="button" data-choice="yes">Yes</button>
              <button type="button" data-choice="no">No</button>
            </div>
            <script\(nonce)>
              window.Sentiero = window.Sentiero || { q: [] };
              (() => {
                const banner = document.getElementById("recording-choice");
                banner.hidden = localStorage.getItem("recording-choice") !== null || navigator.globalPrivacyControl === true;
                banner.addEventListener("click", (event) => {
                  const choice = event.target.dataset.choice;
                  if (!choice) return;
                  localStorage.setItem("recording-choice", choice);
                  Sentiero.q.push(["consent", choice === "yes"]);
                  banner.hidden = true;
                });
              })();
            </script>
            """
    }

    /// A whole page without any framework.
    static func page(tag: String, banner: String?) -> String {
        var lines = [
            "<!doctype html>", #"<html lang="en">"#, "<head>", #"<meta charset="utf-8">"#, "<title>My shop</title>", tag, "</head>", "<body>",
        ]
        lines += ["<h1>My shop</h1>", #"<p data-rr-mask>Your address, recorded as stars.</p>"#]
        lines += [#"<p data-rr-block>Your balance, recorded as an empty box.</p>"#]
        lines += [#"<form><label>Search <input name="q" data-sentiero-unmask></label> <label>E-mail <input name="email"></label></form>"#]
        if let banner { lines.append(banner) }
        lines += ["</body>", "</html>"]
        return lines.joined(separator: "\n")
    }
}
