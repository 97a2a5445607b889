// A passkey: the page asks, the device answers, the form carries the answer.
// Without a script, or where the browser knows no passkeys, the button stays away.

const asks = document.querySelectorAll("form[data-passkey]");
const able = window.PublicKeyCredential?.parseRequestOptionsFromJSON !== undefined;

async function answer(form) {
  const question = JSON.parse(form.dataset.question).publicKey;
  if (form.dataset.passkey === "new") {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(question);
    return navigator.credentials.create({ publicKey });
  }
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(question);
  return navigator.credentials.get({ publicKey });
}

async function run(form) {
  const trouble = form.querySelector("[data-trouble]");
  trouble.hidden = true;
  try {
    const credential = await answer(form);
    form.elements.credential.value = JSON.stringify(credential.toJSON());
    form.submit();
  } catch {
    // Whatever the device says, the person can do one thing: try again, or take another way.
    trouble.hidden = false;
  }
}

for (const form of asks) {
  if (!able) continue;
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run(form);
  });
  if (form.dataset.atOnce) run(form);
}

// The code of an invitation stands behind the # of its address, and is sent by the form alone.
const code = document.querySelector("#code[data-from-address]");
if (code && location.hash.length > 1) {
  code.value = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
}
