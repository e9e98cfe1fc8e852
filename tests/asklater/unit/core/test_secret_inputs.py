"""Which names of inputs tell that what is typed there comes back in no page."""

import pytest

from asklater.asking.secret_inputs import is_secret_name

SECRET = (
    "newpassword userPassword new-password2 passwd pwd passphrase passcode totp TOTP totpCode api_key apikey apiKey "
    "securitycode security_code smscode sms_code recovery_codes accesstoken access_token refreshToken pin PIN pin2 "
    "user.pin otp otp_1 cvc cvv CVV2 iban code code[] client_secret clientSecret credential cardNumber card-number"
)
PLAIN = (
    "postal_code postcode postalCode zip zip_code zipCode country_code countryCode promo_code promocode voucher-code "
    "area_code currencyCode spin shipping opinion email phone message note key keyword monkey passengers secretary "
    "encode barcode display_name text tag codename address"
)


@pytest.mark.parametrize("name", SECRET.split())
def test_a_secret_is_told_by_its_name(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize("name", PLAIN.split())
def test_what_is_none_comes_back(name: str) -> None:
    assert not is_secret_name(name)
