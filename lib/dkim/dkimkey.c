#include "dkim/dkimkey.h"
#include "base/ascii.h"
#include "base/base64.h"
#include "dkim/taglist.h"
#include <string.h>

/* is this word in a list with colons?  letter case does not count */
static int
lists(const struct tag *t, const char *word)
{
	const char *p = t->value, *item;
	size_t n;

	while (tag_item(&p, t->value + t->value_len, &item, &n))
		if (ascii_is(item, n, word))
			return 1;
	return 0;
}

/* who may use it, and for what */
static const char *
read_uses(struct dkimkey *k, const struct taglist *l)
{
	const struct tag *t;

	t = taglist_find(l, "h");
	k->sha1 = t == NULL || lists(t, "sha1");
	k->sha256 = t == NULL || lists(t, "sha256");
	t = taglist_find(l, "t");
	k->testing = t != NULL && lists(t, "y");
	k->strict = t != NULL && lists(t, "s");
	t = taglist_find(l, "s");
	if (t != NULL && !lists(t, "*") && !lists(t, "email"))
		return "the key is not for mail";
	return NULL;
}

static const char *
read_key(struct dkimkey *k, const struct tag *p)
{
	long n;

	if (p == NULL)
		return "the key record has no p=";
	if (p->value_len == 0)
		return "the key is revoked";
	n = base64_get(p->value, p->value_len, k->key, sizeof k->key);
	if (n < 1)
		return "the key is no base64, or too long";
	k->len = n;
	if (k->type == DKIMSIG_ED25519)
		return n == PUBKEY_ED25519_LEN ? NULL
					       : "the key is no ed25519 key";
	/* of a size that is never used: still a key */
	if (pubkey_rsa_parse(k->key, n, &k->rsa) == -1 && k->rsa.bits == 0)
		return "the key is no RSA key";
	return NULL;
}

const char *
dkimkey_parse(struct dkimkey *k, const char *text, size_t n)
{
	struct taglist l;
	const struct tag *t;
	const char *why;

	memset(k, 0, sizeof *k);
	if (taglist_parse(&l, text, n) == -1)
		return "the key record is no list of tags";
	t = taglist_find(&l, "v");
	if (t != NULL &&
	    (t != l.tag || t->value_len != 5 ||
		memcmp(t->value, "DKIM1", 5) != 0))
		return "the key record is not of version DKIM1";
	t = taglist_find(&l, "k");
	if (t != NULL && tag_is(t, "ed25519"))
		k->type = DKIMSIG_ED25519;
	else if (t != NULL && !tag_is(t, "rsa"))
		return "the key is of an unknown kind";
	why = read_uses(k, &l);
	return why != NULL ? why : read_key(k, taglist_find(&l, "p"));
}

const char *
dkimkey_unfit(const struct dkimkey *k, const struct dkimsig *s)
{
	if (k->type != s->key)
		return "the key is of another kind than the signature";
	if (!(s->hash == PUBKEY_SHA1 ? k->sha1 : k->sha256))
		return "the key is not for this hash";
	if (k->strict && s->below)
		return "the key wants i= to be of d= itself";
	return NULL;
}

int
dkimkey_verify(const struct dkimkey *k, const struct dkimsig *s,
    const unsigned char *hash)
{
	unsigned char b[PUBKEY_RSA_BITS_MAX / 8];
	long n = dkimsig_bytes(s, b, sizeof b);

	if (n < 1)
		return 0;
	if (k->type == DKIMSIG_ED25519)
		return pubkey_ed25519_verify(k->key, hash, 32, b, n);
	return pubkey_rsa_verify(&k->rsa, s->hash, hash, b, n);
}
