#include "sign/signersedit.h"
#include "tap.h"

static const char text[] =
    "# a.org domain=a.org selector=s1 key=k\n"
    "\n"
    "  a.org domain=a.org selector=s1 key=a.org/s1.pem expire=7d\n"
    "u@a.org\tkey=a.org/s1.pem\tdomain=A.org  selector=S1 algorithm=rsa-sha256\n"
    "a.org domain=a.org selector=e1 key=e algorithm=ed25519-sha256\n"
    "b.org domain=b.org selector=s1 key=a.org/s1.pem\n"
    "a.org domain=a.org selector=s2 key=\"k2\"\n"
    "a.org domain=a.org \"selector=s1\" key=a";

static const char switched[] =
    "# a.org domain=a.org selector=s1 key=k\n"
    "\n"
    "  a.org domain=a.org selector=new key=a.org/new.pem expire=7d\n"
    "u@a.org\tkey=a.org/new.pem\tdomain=A.org  selector=new algorithm=rsa-sha256\n"
    "a.org domain=a.org selector=e1 key=e algorithm=ed25519-sha256\n"
    "b.org domain=b.org selector=s1 key=a.org/s1.pem\n"
    "a.org domain=a.org selector=s2 key=\"k2\"\n"
    "a.org domain=a.org selector=new key=a.org/new.pem";

int
main(void)
{
	static const struct signersedit_key new = { "new", "a.org/new.pem" };
	struct signersedit_key k;
	struct buf out = { 0 };
	size_t n = strlen(text);

	is_num(signersedit_find(text, n, "a.org", SIGNING_RSA_SHA256, &k), 1,
	    "the key of a domain");
	is_str(k.selector, "s1", "its selector");
	is_str(k.key, "a.org/s1.pem", "its file");
	is_num(signersedit_find(text, n, "A.ORG", SIGNING_ED25519_SHA256, &k),
	    1, "that of the other algorithm");
	is_str(k.selector, "e1", "its selector");
	is_num(signersedit_find(text, n, "b.org", SIGNING_ED25519_SHA256, &k),
	    0, "one that is not there");
	is_num(signersedit_only(text, n, "a.org", SIGNING_RSA_SHA256, "s1"), 0,
	    "another selector is there");
	is_num(signersedit_only(text, n, "b.org", SIGNING_RSA_SHA256, "s1"), 1,
	    "no other selector is there");
	k = (struct signersedit_key){ "S1", "none" };
	is_num(signersedit_uses(text, n, "a.org", SIGNING_RSA_SHA256, &k), 2,
	    "a selector in use");
	k = (struct signersedit_key){ "s3", "a.org/s1.pem" };
	is_num(signersedit_uses(text, n, "a.org", SIGNING_RSA_SHA256, &k), 1,
	    "a key in use, by whomever");
	k = (struct signersedit_key){ "s3", "k" };
	is_num(signersedit_uses(text, n, "a.org", SIGNING_RSA_SHA256, &k), 0,
	    "neither");
	is_num(signersedit_switch(&out, text, n, "a.org", SIGNING_RSA_SHA256,
		   "s1", &new),
	    3, "lines are changed");
	buf_putc(&out, '\0');
	is_str(buf_data(&out), switched, "those, and nothing else of them");
	buf_clear(&out);
	is_num(signersedit_switch(&out, text, n, "a.org", SIGNING_RSA_SHA256,
		   "none", &new),
	    0, "none to be changed");
	ok(buf_len(&out) == n && memcmp(buf_data(&out), text, n) == 0,
	    "the text stays");
	buf_clear(&out);
	is_num(signersedit_switch(&out, "", 0, "a.org", SIGNING_RSA_SHA256,
		   "none", &new),
	    0, "no text");
	buf_free(&out);
	return done();
}
