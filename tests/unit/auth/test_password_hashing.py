"""What a hash costs where nothing else is said."""

from auth_service.password_hashing import PasswordHashing


async def test_a_hash_is_made_with_the_parameters_of_owasp():
    hashing = PasswordHashing(threads=1)

    made = await hashing.hash("de kat krabt de krullen")

    hashing.close()
    assert made.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert hashing.dummy_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
