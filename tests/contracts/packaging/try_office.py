"""Every feature, tried with what is installed: the sign-up, the person's pages, the dashboard of a product manager."""

import re
from html import unescape

from office import app, profiling
from pyotp import TOTP

EMAIL = "ada@letters.example"
profiling.create_tables()
client, cli = app.test_client(), app.test_cli_runner()


def page(url: str, status: int = 200) -> str:
    """What the address shows in the end."""
    answer = client.get(url, follow_redirects=True)
    assert answer.status_code == status, f"{url} {answer.status_code}\n{answer.text}"
    return answer.text


def send(shown: str, status: int = 200, **answers: str) -> str:
    """Fill in the last form that has all these inputs, found by how their names end, and send it."""
    for form in reversed(re.findall(r"<form.*?</form>", shown, re.DOTALL)):
        names = {name: re.search(rf'name="((?:\w+[.])?{name})"', form) for name in answers}
        if all(names.values()):
            break
    else:
        raise AssertionError(f"no form asks for {list(answers)}\n{shown}")
    action = unescape(re.search(r'action="([^"]*)"', form)[1])
    hidden = {
        name: unescape(value) for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form)
    }
    filled = {names[name][1]: value for name, value in answers.items()}
    answer = client.post(action, data={**hidden, **filled}, follow_redirects=True)
    assert answer.status_code == status, f"{action} {answer.status_code}\n{answer.text}"
    return answer.text


def flask(*words: str) -> str:
    done = cli.invoke(args=["asklater", *words])
    assert done.exit_code == 0, done.output
    return done.output


# a visitor is kept out of what is not theirs, and may read the notice
page("/insights", 403)
assert "Showing who writes" in page("/privacy")

# one field signs up; a wrong address is explained
assert "name@example.com" in send(page("/sign-in"), 422, email="no address")
send(page("/sign-in"), email=EMAIL)
assert EMAIL in page("/account")

# a code by email proves the address
asked = page("/account/bring-back")
flask("job", "deliver_mail")
code = re.search(r"(\d{6}) is your code", page("/mailbox/"))[1]
send(asked, verified_email=code)

# what is held is shown to the person, and to nobody else
assert EMAIL in page("/account/data")
assert "JSON" in page("/account/export")

# the dashboard is for a product manager, who needs a second factor
secret = re.search(r"<code>([A-Z2-7 ]{32,})</code>", page("/account/authenticator"))[1].replace(" ", "")
send(page("/account/authenticator"), code=TOTP(secret).now())
flask("staff", "give", EMAIL, "pm")
assert "Email address" in page("/insights/fields")
for url in ("/insights", "/insights/matrix", "/insights/sign-up", "/insights/questions"):
    page(url)
flask("insights", "roll-up")
