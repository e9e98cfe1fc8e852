"""The client's secret: as declared, or signed anew each time, which is how Apple wants it."""

from datetime import timedelta
from pathlib import Path

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from webapp import clock
from webapp.accounts.providers.declaring import Provider
from webapp.accounts.providers.fetching import Unbelieved

GOOD_FOR = timedelta(minutes=5)


def secret_of(provider: Provider) -> str:
    """What the provider knows this site by. Raises Unbelieved where the key to sign with cannot be read."""
    if not provider.client_secret_key:
        return provider.client_secret
    moment = clock.now()
    claims = {
        "iss": provider.team_id,
        "sub": provider.client_id,
        "aud": provider.issuer,
        "iat": int(moment.timestamp()),
        "exp": int((moment + GOOD_FOR).timestamp()),
    }
    try:
        key = ECKey.import_key(Path(provider.client_secret_key).read_bytes())
        return jwt.encode({"alg": "ES256", "kid": provider.key_id}, claims, key, algorithms=["ES256"])
    except (JoseError, ValueError, OSError) as error:
        raise Unbelieved("the key that signs the client's secret cannot be used") from error
