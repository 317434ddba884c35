#include "account/accountwire.h"
#include "base/ascii.h"
#include "format/ltsv.h"
#include <stdio.h>
#include <string.h>

enum { WORD_ROOM = 64 };

const char *const accountwire_labels[ACCOUNTWIRE_LABELS] = { "key", "user",
	"password", "time", "nonce", "text", "sum", "ip", "act", "org", "name",
	"role", "scopes", "senders", "clients", "expires", "rate", "tenant",
	"state", "secret", "after" };

static const struct {
	size_t max;
	const char *fault;
} bounds[ACCOUNTWIRE_LABELS] = {
	{ ACCOUNTWIRE_KEY_MAX, "key: too long" },
	{ ACCOUNTWIRE_USER_MAX, "user: too long" },
	{ ACCOUNTWIRE_PASSWORD_MAX, "password: too long" },
	{ 20, "time: too long" },
	{ ACCOUNTWIRE_NONCE_MAX, "nonce: too long" },
	{ ACCOUNTWIRE_SIGNED_MAX, "what is signed is too long" },
	{ 64, "sum: too long" },
	{ 45, "ip: too long" },
	{ 32, "act: too long" },
	{ ACCOUNTWIRE_ORG_MAX, "org: too long" },
	{ ACCOUNTWIRE_USER_MAX, "name: too long" },
	{ 16, "role: too long" },
	{ ACCOUNT_SCOPES_ROOM, "scopes: too long" },
	{ ACCOUNTWIRE_SENDERS_MAX, "senders: too long" },
	{ ACCOUNTWIRE_CLIENTS_MAX, "clients: too long" },
	{ 20, "expires: too long" },
	{ 10, "rate: too long" },
	{ ACCOUNTWIRE_TENANT_MAX, "tenant: too long" },
	{ 16, "state: too long" },
	{ ACCOUNTWIRE_PASSWORD_MAX, "secret: too long" },
	{ ACCOUNTWIRE_USER_MAX, "after: too long" },
};

static const char *const whats[ACCOUNTWIRE_WHATS] = { "who", "edit" };
static const char *const schemes[ACCOUNTWIRE_SCHEMES] = { "bearer", "basic",
	"hmac" };
static const char *const statuses[ACCOUNTWIRE_STATUSES] = { "ok", "no", "off",
	"slow", "later", "denied", "bad", "none", "taken" };

static const char *
fault_of(int label, struct slice v)
{
	if (v.n > bounds[label].max)
		return bounds[label].fault;
	if (v.n > 0 && memchr(v.p, '\0', v.n) != NULL)
		return "a value has a NUL";
	return NULL;
}

const char *
accountwire_fault(const struct accountwire_question *q)
{
	const char *fault = NULL;
	int i;

	for (i = 0; i < ACCOUNTWIRE_LABELS && fault == NULL; i++)
		fault = fault_of(i, q->value[i]);
	return fault;
}

int
accountwire_ask(struct buf *b, const struct accountwire_question *q)
{
	int r = ltsv_putnum(b, "id", q->id), i;

	r |= ltsv_puts(b, "ask", whats[q->what]);
	r |= ltsv_puts(b, "scheme", schemes[q->scheme]);
	for (i = 0; i < ACCOUNTWIRE_LABELS; i++)
		if (q->value[i].p != NULL)
			r |= ltsv_put(b, accountwire_labels[i], q->value[i].p,
			    q->value[i].n);
	return r | ltsv_end(b);
}

static int
put_unless_empty(struct buf *b, const char *label, const char *value)
{
	return value[0] == '\0' ? 0 : ltsv_puts(b, label, value);
}

static int
put_who(struct buf *b, const struct accountwire_answer *a)
{
	char scopes[ACCOUNT_SCOPES_ROOM];
	int r = put_unless_empty(b, "org", a->org);

	/* an edit says what it has made, and not who asked */
	if (a->org[0] == '\0')
		return r;
	r |= put_unless_empty(b, "user", a->user);
	r |= put_unless_empty(b, "key", a->key);
	r |= ltsv_puts(b, "role", account_roles[a->role]);
	r |= ltsv_puts(b, "scopes", account_scopes_text(a->scopes, scopes));
	r |= ltsv_puts(b, "tenant", a->tenant);
	return r | ltsv_puts(b, "senders", a->senders);
}

int
accountwire_answer(struct buf *b, const struct accountwire_answer *a)
{
	int r = ltsv_putnum(b, "id", a->id);

	r |= ltsv_puts(b, "status", statuses[a->status]);
	if (a->status == ACCOUNTWIRE_OK) {
		r |= put_who(b, a);
		r |= put_unless_empty(b, "json", a->json);
		r |= put_unless_empty(b, "next", a->next);
	}
	if (a->status == ACCOUNTWIRE_SLOW)
		r |= ltsv_putnum(b, "wait", a->wait_s);
	r |= put_unless_empty(b, "text", a->text);
	return r | ltsv_end(b);
}

/* the index of a word, or -1 */
static int
word(const struct ltsv *l, const char *label, const char *const *words,
    size_t count)
{
	char t[WORD_ROOM];
	long n = ltsv_get(l, label, t, sizeof t);

	return n < 0 ? -1 : ascii_which(words, count, t, (size_t)n);
}

/* the values into r->text, which has room for any line */
static void
read_values(const struct ltsv *l, struct accountwire_read *r)
{
	size_t at = 0;
	long n;
	int i;

	for (i = 0; i < ACCOUNTWIRE_LABELS; i++) {
		r->q.value[i] = (struct slice){ NULL, 0 };
		if (ltsv_find(l, accountwire_labels[i]) == NULL)
			continue;
		n = ltsv_get(l, accountwire_labels[i], r->text + at,
		    sizeof r->text - at);
		if (n == -1)
			continue;
		r->q.value[i] = (struct slice){ r->text + at, (size_t)n };
		at += (size_t)n + 1;
	}
}

int
accountwire_read_question(const char *p, size_t n, struct accountwire_read *r)
{
	struct ltsv l;
	int what, scheme;
	uint64_t id;

	if (n > LTSV_LINE_MAX || ltsv_parse(p, n, &l) == -1 ||
	    ltsv_num(&l, "id", 1, UINT32_MAX, &id) == -1 ||
	    (what = word(&l, "ask", whats, ACCOUNTWIRE_WHATS)) == -1)
		return -1;
	r->q.id = (uint32_t)id;
	r->q.what = (enum accountwire_what)what;
	read_values(&l, r);
	scheme = word(&l, "scheme", schemes, ACCOUNTWIRE_SCHEMES);
	r->q.scheme =
	    scheme == -1 ? ACCOUNTWIRE_BEARER : (enum accountwire_scheme)scheme;
	r->fault = scheme == -1 ? "no such scheme" : accountwire_fault(&r->q);
	return 0;
}

/* text that need not be there; 0, or -1: it has a NUL, or no room */
static int
text(const struct ltsv *l, const char *label, char *out, size_t cap)
{
	long n;

	out[0] = '\0';
	if (ltsv_find(l, label) == NULL)
		return 0;
	n = ltsv_get(l, label, out, cap);
	return n == -1 || strlen(out) != (size_t)n ? -1 : 0;
}

/* who it is: of an organisation all that is known is there */
static int
read_who(const struct ltsv *l, struct accountwire_answer *a)
{
	int role = word(l, "role", account_roles, ACCOUNT_ROLES);
	char scopes[ACCOUNT_SCOPES_ROOM];

	if (a->org[0] == '\0')
		return 0;
	if (role == -1 || text(l, "scopes", scopes, sizeof scopes) == -1 ||
	    account_scopes_scan(scopes, strlen(scopes), &a->scopes) == -1 ||
	    a->tenant[0] == '\0' || ltsv_find(l, "senders") == NULL)
		return -1;
	a->role = (enum account_role)role;
	return 0;
}

int
accountwire_read_answer(const char *p, size_t n, struct accountwire_answer *a)
{
	struct ltsv l;
	uint64_t id, wait = 0;
	int status;

	memset(a, 0, offsetof(struct accountwire_answer, org));
	if (ltsv_parse(p, n, &l) == -1 ||
	    ltsv_num(&l, "id", 1, UINT32_MAX, &id) == -1 ||
	    (status = word(&l, "status", statuses, ACCOUNTWIRE_STATUSES)) ==
		-1 ||
	    text(&l, "org", a->org, sizeof a->org) == -1 ||
	    text(&l, "user", a->user, sizeof a->user) == -1 ||
	    text(&l, "key", a->key, sizeof a->key) == -1 ||
	    text(&l, "tenant", a->tenant, sizeof a->tenant) == -1 ||
	    text(&l, "senders", a->senders, sizeof a->senders) == -1 ||
	    text(&l, "text", a->text, sizeof a->text) == -1 ||
	    text(&l, "json", a->json, sizeof a->json) == -1 ||
	    text(&l, "next", a->next, sizeof a->next) == -1)
		return -1;
	a->id = (uint32_t)id;
	a->status = (enum accountwire_status)status;
	if (a->status == ACCOUNTWIRE_SLOW &&
	    ltsv_num(&l, "wait", 1, UINT32_MAX, &wait) == -1)
		return -1;
	a->wait_s = (unsigned)wait;
	return a->status == ACCOUNTWIRE_OK ? read_who(&l, a) : 0;
}
