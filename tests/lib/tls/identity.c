/* tls/identity: which certificate is shown to whom */
#include "tls/identity.h"
#include "tap.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { EC = 1 << IDENTITY_EC, RSA = 1 << IDENTITY_RSA };
enum { P256 = 1 << 23, P384 = 1 << 24 };

/* "file kind self name name ...", kind: e, E (P-384), r */
static int
add(struct identity_set *s, const char *line)
{
	struct identity id = { .until_s = 1 };
	struct slice chain = { "cert", 4 };
	const char *names[8];
	char t[256], *p;

	snprintf(t, sizeof t, "%s", line);
	id.file = strtok(t, " ");
	p = strtok(NULL, " ");
	id.kind = *p == 'r' ? IDENTITY_RSA : IDENTITY_EC;
	id.curve = *p == 'r' ? 0 : *p == 'E' ? 24 : 23;
	id.self = *strtok(NULL, " ") == '1';
	while ((p = strtok(NULL, " ")) != NULL)
		names[id.n_names++] = p;
	id.names = names;
	id.chain = &chain;
	id.n_chain = 1;
	return identity_add(s, &id);
}

static struct identity_set *
set(const char *const *lines)
{
	struct identity_set *s = identity_set_new();

	for (; *lines != NULL; lines++)
		if (add(s, *lines) == -1)
			printf("# %s\n", *lines);
	return s;
}

struct find_case {
	const char *name;
	unsigned kinds;
	uint32_t curves;
	const char *want;
};

static void
finds(const struct identity_set *s, const struct find_case *c, const char *what)
{
	const struct identity *id;
	char t[256];

	for (; c->name != NULL; c++) {
		id = identity_find(s, c->name, c->kinds, c->curves);
		snprintf(t, sizeof t, "%s: %s %u %x", what, c->name, c->kinds,
		    c->curves);
		is_str(id == NULL ? "-" : id->file, c->want, t);
	}
}

static void
choice(void)
{
	static const char *const lines[] = { "self.pem e 1 mx.example",
		"one.pem r 0 mx.example www.mx.example",
		"two.pem e 0 mail.example *.mail.example",
		"three.pem r 0 *.mail.example b.mail.example",
		"four.pem E 0 mx.example", NULL };
	static const struct find_case cases[] = {
		/* the default is one.pem; four.pem has its first name */
		{ "", EC | RSA, P256 | P384, "four.pem" },
		{ "", EC | RSA, P256, "one.pem" },
		{ "", RSA, 0, "one.pem" },
		{ "", EC, P256, "self.pem" },
		{ "mx.example", EC | RSA, P256, "one.pem" },
		{ "mx.example", EC, P256, "self.pem" },
		{ "www.mx.example", EC | RSA, P256 | P384, "one.pem" },
		{ "mail.example", EC | RSA, P256, "two.pem" },
		{ "mail.example", RSA, P256, "one.pem" },
		{ "a.mail.example", EC | RSA, P256, "two.pem" },
		{ "a.mail.example", RSA, P256, "three.pem" },
		/* of a wildcard with EC and an exact one with RSA: EC */
		{ "b.mail.example", EC | RSA, P256, "two.pem" },
		{ "b.mail.example", RSA, 0, "three.pem" },
		{ "a.b.mail.example", EC | RSA, P256, "one.pem" },
		{ ".mail.example", RSA, 0, "one.pem" },
		{ "nobody.test", EC | RSA, P256 | P384, "four.pem" },
		{ "nobody.test", RSA, 0, "one.pem" },
		{ "mail.example", 0, 0, "-" },
		{ NULL, 0, 0, NULL },
	};
	struct identity_set *s = set(lines);

	finds(s, cases, "several");
	is_num((long long)identity_count(s), 5, "all are there");
	is_str(identity_at(s, 1)->file, "one.pem", "in order");
	ok(identity_at(s, 1)->set == s, "and know their set");
	is_str(identity_named(s, "two")->file, "two.pem", "by file");
	is_str(identity_named(s, "two.pem")->file, "two.pem", "with .pem");
	ok(identity_named(s, "tw") == NULL, "the whole of it");
	ok(identity_named(s, "two.pem.pem") == NULL, "once");
	identity_set_drop(s);
}

/* what init of an instance makes, and a real one beside it */
static void
self(void)
{
	static const char *const alone[] = { "self.pem e 1 mx.example", NULL };
	static const char *const both[] = { "self.pem e 1 mx.example",
		"real.pem r 0 MX.Example", NULL };
	static const struct find_case one[] = {
		{ "", EC | RSA, P256, "self.pem" },
		{ "mx.example", EC | RSA, P256, "self.pem" },
		{ "mx.example", RSA, P256, "-" },
		{ NULL, 0, 0, NULL },
	};
	static const struct find_case two[] = {
		{ "", EC | RSA, P256, "real.pem" },
		{ "mx.example", EC | RSA, P256, "real.pem" },
		{ "mx.example", EC, P256, "self.pem" },
		{ NULL, 0, 0, NULL },
	};
	struct identity_set *s = set(alone);

	finds(s, one, "only its own");
	identity_set_drop(s);
	s = set(both);
	finds(s, two, "a real one beside it");
	is_str(identity_at(s, 1)->names[0], "mx.example", "in lower case");
	identity_set_drop(s);
	s = identity_set_new();
	ok(identity_find(s, "", EC | RSA, P256) == NULL, "none at all");
	ok(identity_named(s, "x") == NULL, "none by file");
	identity_set_drop(s);
	identity_set_drop(NULL);
}

/* all is copied, and stays while somebody holds it */
static void
copies(void)
{
	struct identity_set *s = identity_set_new();
	char cert[] = "0123456789", name[] = "a.example", file[] = "a.pem";
	const char *names[1] = { name };
	struct slice chain[2] = { { cert, 5 }, { cert + 5, 5 } };
	struct identity id = { .kind = IDENTITY_RSA,
		.id = { 1, 2 },
		.until_s = 1234567890123,
		.file = file,
		.names = names,
		.n_names = 1,
		.chain = chain,
		.n_chain = 2 };
	const struct identity *got;

	is_num(identity_add(s, &id), 0, "added");
	got = identity_at(s, 0);
	ok(identity_set_ref(s) == s, "another holder");
	memset(cert, 'x', sizeof cert - 1);
	memset(name, 'x', sizeof name - 1);
	memset(file, 'x', sizeof file - 1);
	identity_set_drop(s);
	is_str(got->file, "a.pem", "file");
	is_str(got->names[0], "a.example", "name");
	is_num((long long)got->n_chain, 2, "two certificates");
	is_num(memcmp(got->chain[1].p, "56789", 5), 0, "the second");
	is_num((long long)got->chain[1].n, 5, "its length");
	is_num(got->until_s, 1234567890123, "until when");
	is_num(got->id[1], 2, "id");
	identity_set_drop(s);
}

static void
limits(void)
{
	static char cert[IDENTITY_CERT_MAX + 1];
	const char *names[IDENTITY_NAMES_MAX + 1];
	struct slice chain[IDENTITY_CHAIN_MAX + 1];
	struct identity id = { .file = "x.pem",
		.names = names,
		.chain = chain,
		.n_names = IDENTITY_NAMES_MAX,
		.n_chain = IDENTITY_CHAIN_MAX };
	struct identity_set *s = identity_set_new();
	size_t i;

	for (i = 0; i <= IDENTITY_NAMES_MAX; i++)
		names[i] = "x.example";
	for (i = 0; i <= IDENTITY_CHAIN_MAX; i++)
		chain[i] = (struct slice){ cert, IDENTITY_CERT_MAX };
	is_num(identity_add(s, &id), 0, "at every limit");
	id.n_names++;
	is_num(identity_add(s, &id), -1, "a name more");
	is_num(errno, E2BIG, "too much");
	id.n_names--;
	id.n_chain++;
	is_num(identity_add(s, &id), -1, "a certificate more");
	is_num(errno, E2BIG, "too much");
	id.n_chain = 1;
	chain[0].n++;
	is_num(identity_add(s, &id), -1, "a byte more");
	is_num(errno, E2BIG, "too much");
	id.n_chain = 0;
	is_num(identity_add(s, &id), -1, "no certificate");
	is_num(errno, EINVAL, "is none");
	id.n_chain = 1;
	chain[0].n = 1;
	while (identity_count(s) < IDENTITY_MAX && identity_add(s, &id) == 0)
		;
	is_num((long long)identity_count(s), IDENTITY_MAX, "a full set");
	is_num(identity_add(s, &id), -1, "one more");
	is_num(errno, E2BIG, "too much");
	ok(identity_find(s, "x.example", RSA, 0) == NULL, "they are all EC");
	identity_set_drop(s);
}

int
main(void)
{
	choice();
	self();
	copies();
	limits();
	return done();
}
