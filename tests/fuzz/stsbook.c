/*
 * What is known of domains' policies, and what is done to know more, against a
 * model: who asks is answered once, with the policy that was brought last and
 * holds, and without one only where there is none; no record and no policy is
 * asked for twice at a time; when all that was asked for has come nobody waits.
 *
 * Input: two bytes each, what happens and to whom.
 */
#include "sts/stsbook.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

enum { NAMES = 6, ASKERS = 24, POLICIES = 5 };

#define POLICY(mode, mx, age) \
	"version: STSv1\nmode: " mode "\nmx: " mx "\nmax_age: " #age "\n"

static const struct {
	const char *text;
	int age_s; /* 0: it is none */
} policies[POLICIES + 1] = {
	{ POLICY("enforce", "mx.example.net", 604800), 604800 },
	{ POLICY("enforce", "*.example.org", 1000), 1000 },
	{ POLICY("testing", "mx.example.net", 86400), 86400 },
	{ "version: STSv1\nmode: none\nmax_age: 2000\n", 2000 },
	{ POLICY("enforce", "", 604800), 0 },
	{ NULL, 0 },
};

static const struct stsbook_why why = { "sts-policy-fetch-error", "no answer" };

static struct known {
	struct stsbook_domain *asking, *fetching;
	unsigned policy; /* the last that was brought */
	int has;
	int64_t ends_s;
} known[NAMES];

static struct asker {
	struct stsbook_asker a; /* first */
	unsigned name;
	int waits;
} asker[ASKERS];

static struct stsbook book;
static int64_t now;
static unsigned chance; /* of the disk */

static void
must(int good)
{
	if (!good)
		abort();
}

static void
name_of(unsigned i, char name[16])
{
	snprintf(name, 16, "%c.example", 'a' + (int)i);
}

static struct known *
of(const struct stsbook_domain *d)
{
	must(d->name[0] >= 'a' && d->name[0] < 'a' + NAMES);
	return &known[d->name[0] - 'a'];
}

static int
holds(const struct known *k)
{
	return k->has && now < k->ends_s;
}

/* what the book does */

static void
on_answer(void *arg, struct stsbook_asker *a, const struct stsbook_domain *d)
{
	struct asker *who = (struct asker *)a;
	const struct known *k = &known[who->name];

	must(arg == &book && who->waits);
	who->waits = 0;
	must(stsbook_holds(d, now) == holds(k));
	if (!holds(k))
		return;
	must(d->name[0] == 'a' + (char)who->name);
	must(d->policy_len == strlen(policies[k->policy].text));
	must(memcmp(d->policy, policies[k->policy].text, d->policy_len) == 0);
}

static void
on_ask(void *arg, struct stsbook_domain *d)
{
	struct known *k = of(d);

	(void)arg;
	must(k->asking == NULL && k->fetching == NULL);
	k->asking = d;
}

static void
on_fetch(void *arg, struct stsbook_domain *d)
{
	struct known *k = of(d);

	(void)arg;
	must(k->asking == NULL && k->fetching == NULL);
	k->fetching = d;
}

static int
on_keep(void *arg, const struct stsbook_domain *d, int changed)
{
	(void)arg;
	(void)changed;
	must(d->state == STSBOOK_HAVE && d->policy != NULL && d->id[0] != '\0');
	chance = chance * 5 + 3;
	return chance & 4 ? -1 : 0;
}

/* one that holds goes for want of room, and no other way */
static void
on_drop(void *arg, const struct stsbook_domain *d)
{
	struct known *k = of(d);

	(void)arg;
	must(!holds(k) || book.n[STSBOOK_HAVE] > book.cache_max);
	k->has = 0;
}

static const struct stsbook_ops ops = { on_answer, on_ask, on_fetch, on_keep,
	on_drop };

/* what happens */

static void
ask(unsigned b)
{
	char name[16];
	unsigned i;

	for (i = 0; i < ASKERS && asker[i].waits; i++)
		;
	if (i == ASKERS)
		return;
	asker[i].name = b % NAMES;
	asker[i].waits = 1;
	name_of(b % NAMES, name);
	stsbook_ask(&book, &asker[i].a, name, now);
}

static void
forget(unsigned b)
{
	stsbook_forget(&book, &asker[b % ASKERS].a);
	asker[b % ASKERS].waits = 0;
}

static void
record(struct known *k, unsigned b)
{
	static const enum stsrecord all[] = { STSRECORD_GOOD, STSRECORD_NONE,
		STSRECORD_BAD, STSRECORD_MANY };
	struct stsbook_domain *d = k->asking;
	char id[3] = { 'i', (char)('0' + b % 3), '\0' };

	k->asking = NULL;
	stsbook_record(&book, d, b % 8 < 5 ? STSRECORD_GOOD : all[b % 4], id,
	    b * 40, b % 16 == 7, now);
}

static void
bring(struct known *k, unsigned which)
{
	const char *text = policies[which].text;
	struct stsbook_domain *d = k->fetching;

	k->fetching = NULL;
	if (policies[which].age_s > 0) {
		k->has = 1;
		k->policy = which;
		k->ends_s = now + policies[which].age_s;
	}
	stsbook_fetched(&book, d, text == NULL ? NULL : strdup(text),
	    text == NULL ? 0 : strlen(text), &why, now);
}

/* one from a file */
static void
load(unsigned b)
{
	struct known *k = &known[b % NAMES];
	struct stsbook_domain d = { .id = "i1",
		.fetched_s = now - b,
		.expires_s = now - b + policies[0].age_s,
		.used_s = b & 8 ? now : 0,
		.max_age_s = (uint32_t)policies[0].age_s,
		.mode = STS_ENFORCE,
		.policy = strdup(policies[0].text),
		.policy_len = strlen(policies[0].text) };

	name_of(b % NAMES, d.name);
	if (stsbook_load(&book, &d) == -1) {
		free(d.policy);
		return;
	}
	must(!k->has);
	*k = (struct known){ .has = 1, .ends_s = d.expires_s };
}

static void
happen(unsigned what, unsigned b)
{
	struct known *k = &known[b / 32 % NAMES];

	switch (what % 10) {
	case 0: stsbook_tick(&book, now); break;
	case 1: now += b * (int64_t)b * 12; break;
	case 2: now -= b * 60; break;
	case 3: forget(b); break;
	case 4: load(b); break;
	case 5:
	case 6:
		if (k->asking != NULL)
			record(k, b % 32);
		break;
	case 7:
	case 8:
		if (k->fetching != NULL)
			bring(k, b % (POLICIES + 1));
		break;
	default: ask(b);
	}
}

/* all that was asked for has come, or failed */
static void
finish(void)
{
	unsigned i;

	for (i = 0; i < NAMES; i++) {
		if (known[i].asking != NULL)
			record(&known[i], 1);
		if (known[i].fetching != NULL)
			bring(&known[i], POLICIES);
	}
	for (i = 0; i < ASKERS; i++)
		must(!asker[i].waits && asker[i].a.of == NULL);
	must(book.n_waiting == 0 && book.n[STSBOOK_UNKNOWN] == 0);
	for (i = 0; i < NAMES; i++)
		must(known[i].asking == NULL && known[i].fetching == NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	const uint8_t *end = p + n;

	if (n < 3 || n > 4096)
		return 0;
	memset(known, 0, sizeof known);
	memset(asker, 0, sizeof asker);
	book = (struct stsbook){ .ops = &ops,
		.arg = &book,
		.cache_max = 1 + *p % 8,
		.absent_max = 1 + *p / 8 % 8 };
	now = 1790000000;
	chance = *p++;
	for (; end - p >= 2; p += 2)
		happen(p[0], p[1]);
	finish();
	stsbook_free(&book);
	return 0;
}
