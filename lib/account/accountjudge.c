#include "account/accountjudge.h"
#include "account/accountname.h"
#include "account/senders.h"
#include "base/num.h"
#include "conf/word.h"
#include <stdio.h>
#include <string.h>

enum { TIME_LINE = 2, NONCE_LINE = 3, SIGNED_LINES = 5 };

enum account_role
account_role_both(enum account_role key, enum account_role user)
{
	if (account_role_within(user, key))
		return key;
	return account_role_within(key, user) ? user : ACCOUNT_READONLY;
}

void
accountjudge_say(struct accountwire_answer *a, enum accountwire_status status,
    const char *text)
{
	a->status = status;
	snprintf(a->text, sizeof a->text, "%s", text);
}

static struct slice
slice(const char *s)
{
	return (struct slice){ s, strlen(s) };
}

/* both lists have room for what both let */
static int
put_senders(const struct account_found *f, struct accountwire_answer *a)
{
	struct buf b = { 0 };
	int r = senders_meet(&b, slice(f->org_senders), slice(f->senders));

	if (r == 0 && buf_len(&b) > 0 && buf_len(&b) < sizeof a->senders)
		memcpy(a->senders, buf_data(&b), buf_len(&b));
	buf_free(&b);
	return r;
}

/* he is who he says: what he may */
static int
put_who(const struct account_found *f, struct accountwire_answer *a)
{
	a->status = ACCOUNTWIRE_OK;
	a->role =
	    f->has_user ? account_role_both(f->role, f->user_role) : f->role;
	a->scopes = f->scopes;
	memcpy(a->org, f->org, sizeof f->org);
	memcpy(a->tenant, f->tenant, sizeof f->tenant);
	memcpy(a->key, f->number, sizeof f->number);
	if (f->has_user &&
	    ascii_same(f->org, strlen(f->org), f->user_org,
		strlen(f->user_org)))
		memcpy(a->user, f->user, sizeof f->user);
	else if (f->has_user)
		snprintf(a->user, sizeof a->user, "%s/%s", f->user_org,
		    f->user);
	return put_senders(f, a);
}

int
accountjudge(const struct account_found *f, int64_t now_s, struct slice ip,
    struct accountwire_answer *a)
{
	if (f->revoked)
		accountjudge_say(a, ACCOUNTWIRE_NO, "the key was revoked");
	else if (f->expires_s != 0 && f->expires_s <= now_s)
		accountjudge_say(a, ACCOUNTWIRE_NO, "the key has expired");
	else if (!accountclients_have(slice(f->clients), ip))
		accountjudge_say(a, ACCOUNTWIRE_NO,
		    "the key is not for this address");
	else if (f->has_user && f->user_disabled)
		accountjudge_say(a, ACCOUNTWIRE_NO, "the user is disabled");
	else if (f->suspended)
		accountjudge_say(a, ACCOUNTWIRE_OFF,
		    "the organisation is suspended");
	else
		return put_who(f, a);
	return 0;
}

/* do two lines of what is signed say what the question says, and are there as
 * many as there should be? */
static int
says_so(const struct accountwire_question *q)
{
	struct slice rest = q->value[ACCOUNTWIRE_SIGNED], line;
	struct slice t = q->value[ACCOUNTWIRE_TIME];
	struct slice nonce = q->value[ACCOUNTWIRE_NONCE];
	int i, same = 1;

	for (i = 0; word_piece(&rest, '\n', &line); i++) {
		if (i == TIME_LINE)
			same &= line.n == t.n && memcmp(line.p, t.p, t.n) == 0;
		if (i == NONCE_LINE)
			same &= line.n == nonce.n &&
			    memcmp(line.p, nonce.p, nonce.n) == 0;
	}
	return same && i == SIGNED_LINES;
}

static int
is_nonce(struct slice s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (ascii_hex_value(s.p[i]) == -1)
			return 0;
	return s.n >= ACCOUNTCHECK_NONCE_MIN && s.n <= ACCOUNTWIRE_NONCE_MAX;
}

const char *
accountjudge_signed(const struct accountwire_question *q, int64_t now_s,
    int64_t began_s)
{
	struct slice t = q->value[ACCOUNTWIRE_TIME];
	uint64_t when;

	if (t.n == 0 || num_scan(t.p, t.n, 0, INT64_MAX / 2, &when) == -1)
		return "the time of the signature is none";
	if (!is_nonce(q->value[ACCOUNTWIRE_NONCE]))
		return "the nonce is none";
	if (!says_so(q))
		return "what is signed has another time or nonce";
	if ((int64_t)when > now_s + ACCOUNTCHECK_SIGNED_S ||
	    (int64_t)when < now_s - ACCOUNTCHECK_SIGNED_S)
		return "the time of the signature is not now";
	if ((int64_t)when < began_s)
		return "it was signed before we began";
	return NULL;
}
