#include "account/accountjudge.h"
#include "account/accountname.h"
#include "account/senders.h"
#include <assert.h>
#include <stdint.h>
#include <string.h>

/* any line as a question and as an answer: no overrun, and what is taken comes
 * back as it was when it is written and read again; and what is decided by the
 * words of a question takes any */
int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static int
same(struct slice a, struct slice b)
{
	return (a.p == NULL) == (b.p == NULL) && a.n == b.n &&
	    (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static void
question(const char *p, size_t n)
{
	static struct accountwire_read q, again;
	struct buf b = { 0 };
	int i;

	if (accountwire_read_question(p, n, &q) == -1 || q.fault != NULL)
		return;
	assert(accountwire_ask(&b, &q.q) == 0);
	assert(accountwire_read_question(buf_data(&b), buf_len(&b), &again) ==
	    0);
	assert(again.fault == NULL && again.q.id == q.q.id &&
	    again.q.what == q.q.what && again.q.scheme == q.q.scheme);
	for (i = 0; i < ACCOUNTWIRE_LABELS; i++)
		assert(same(q.q.value[i], again.q.value[i]));
	buf_free(&b);
}

static void
answer(const char *p, size_t n)
{
	static struct accountwire_answer a, again;
	struct buf b = { 0 };

	if (accountwire_read_answer(p, n, &a) == -1)
		return;
	assert(accountwire_answer(&b, &a) == 0);
	assert(memchr(buf_data(&b), '\n', buf_len(&b)) ==
	    buf_data(&b) + buf_len(&b) - 1);
	assert(accountwire_read_answer(buf_data(&b), buf_len(&b), &again) == 0);
	assert(a.id == again.id && a.status == again.status &&
	    strcmp(a.text, again.text) == 0);
	if (a.status == ACCOUNTWIRE_OK)
		assert(strcmp(a.org, again.org) == 0 &&
		    strcmp(a.json, again.json) == 0 &&
		    strcmp(a.next, again.next) == 0);
	buf_free(&b);
}

/* what both lists let, each lets */
static void
lists(struct slice a, struct slice b)
{
	struct buf both = { 0 };
	struct slice s;

	if (senders_fault(a) != NULL || senders_fault(b) != NULL)
		return;
	assert(senders_meet(&both, a, b) == 0);
	s = (struct slice){ buf_data(&both), buf_len(&both) };
	assert(s.n <= a.n + b.n + 1 && senders_fault(s) == NULL);
	if (senders_allow(s, b))
		assert(senders_allow(a, b) && senders_allow(b, b));
	buf_free(&both);
}

static void
words(const char *p, size_t n)
{
	static struct accountwire_read q;
	const struct slice *v = q.q.value;
	struct slice org, name;
	struct accountkey k;
	char t[ACCOUNTKEY_ROOM];

	if (accountwire_read_question(p, n, &q) == -1)
		return;
	accountjudge_signed(&q.q, 1000, 0);
	if (accountkey_scan(v[ACCOUNTWIRE_KEY].p, v[ACCOUNTWIRE_KEY].n, &k) ==
	    0) {
		accountkey_text(&k, t);
		assert(memcmp(t, v[ACCOUNTWIRE_KEY].p, sizeof t - 1) == 0);
	}
	accountname_split(v[ACCOUNTWIRE_USER], &org, &name);
	accountname_ok(name, ACCOUNTWIRE_NAME_MAX);
	if (accountclients_fault(v[ACCOUNTWIRE_CLIENTS]) == NULL)
		accountclients_have(v[ACCOUNTWIRE_CLIENTS], v[ACCOUNTWIRE_IP]);
	lists(v[ACCOUNTWIRE_SENDERS], v[ACCOUNTWIRE_CLIENTS]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const char *p = (const char *)data;

	question(p, n);
	answer(p, n);
	words(p, n);
	return 0;
}
