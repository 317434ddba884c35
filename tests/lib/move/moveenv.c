#include "tap.h"
#include "base/crc32c.h"
#include "move/moveenv.h"
#include <errno.h>

#define ID "1irvrd2bo09000000109" /* at 1790000000 */
#define HEAD "export 1\nid " ID "\nsize 6\ncrc32c 0a0b0c0d\n"
#define RCPT "to b@c\nrcpt 0 Q - 0 0\n"

/* the text, and its check line behind it; what is wrong with it */
static const char *
reads(const char *text, struct moveenv *e, struct buf *b)
{
	buf_clear(b);
	buf_puts(b, text);
	moveenv_end(b, 0);
	return moveenv_read(buf_data(b), buf_len(b), e);
}

static const struct {
	const char *text, *wrong; /* NULL: nothing */
} cases[] = {
	{ HEAD "from a\n" RCPT, NULL },
	{ HEAD "from a\n" RCPT "to d\nrcpt 1 H w 7 1790000000 4.0.0 - x y\n",
	    NULL },
	{ HEAD "from a\nto b\nrcpt 99999 Q - 99999 9999999999\n", NULL },
	{ HEAD "from a\nto b\nrcpt 100000 Q - 0 0\n",
	    "no number of a recipient" },
	{ HEAD "from a\nto b\nrcpt 0 Q - 100000 0\n",
	    "no attempts, or no time of the next one" },
	{ HEAD "from a\nto b\nrcpt 0 Q - 0 10000000000\n",
	    "no attempts, or no time of the next one" },
	{ HEAD "from a\nto b\nrcpt 0 B - 1 1790000000\n", NULL },
	{ HEAD "from a\nto b\nrcpt 0 S - 1 0\n",
	    "no state of one that is not done with" },
	{ HEAD "from a\nto b\nrcpt 0 K - 1 0\n",
	    "no state of one that is not done with" },
	{ HEAD "from a\nto b\nrcpt 0 QQ - 1 0\n",
	    "no state of one that is not done with" },
	{ HEAD "from a\nto b\nrcpt 0 Q + 1 0\n", "no mark" },
	{ HEAD "from a\nto b\nrcpt 0 Q V 1 0\n", NULL },
	{ HEAD "from a\nto b\nrcpt 0\n",
	    "no state of one that is not done with" },
	{ HEAD "from a\nto b\nrcpt\n", "no number of a recipient" },
	{ HEAD "from a\nto b\n", "no recipients" },
	{ HEAD "from a\n", "no recipients" },
	{ HEAD, "no recipients" },
	{ HEAD "from a\n" RCPT "rcpt 1 Q - 0 0\n", "of no recipient" },
	{ HEAD "from a\nto b\nto c\nrcpt 1 Q - 0 0\n",
	    "a recipient without its state" },
	{ HEAD "from a\n" RCPT "to c\nrcpt 0 Q - 0 0\n",
	    "recipients are not in their order" },
	{ HEAD "from a\n" RCPT "prio 3\n", "lines behind the recipients" },
	{ HEAD "from a\nprio 10\n" RCPT, "no digit" },
	{ HEAD "from a\nfrom b\n" RCPT, "stands twice" },
	{ HEAD "from a\nprobe 1\n" RCPT, "a probe is no message" },
	{ HEAD "from a\n\n" RCPT, "a line that is none" },
	{ HEAD "from a\\\n" RCPT, "a line that is none" },
	{ "export 2\n", "of a form that is not known here" },
	{ "from a\n", "it does not begin as one" },
	{ "", "no recipients" },
	{ "export 1\nid x\n", "it does not begin as one" },
	{ "export 1\nid " ID "\nsize -1\n", "it does not begin as one" },
	{ "export 1\nid " ID "\nsize 1\ncrc32c 12\n",
	    "it does not begin as one" },
	{ "export 1\nid " ID "\nsize 1\ncrc32c 1234567g\n",
	    "it does not begin as one" },
};

static void
wrong(void)
{
	struct moveenv e = { .size = 0 };
	struct buf b = { 0 };
	const char *why;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		why = reads(cases[i].text, &e, &b);
		is_str(why == NULL ? "good" : why,
		    cases[i].wrong == NULL ? "good" : cases[i].wrong,
		    cases[i].text);
	}
	moveenv_free(&e);
	buf_free(&b);
}

/* any byte that is another one is noticed, and any that is missing */
static void
damaged(void)
{
	struct moveenv e = { .size = 0 };
	struct buf b = { 0 };
	size_t i, n, taken = 0;

	ok(reads(HEAD "from a\n" RCPT, &e, &b) == NULL, "one that is good");
	n = buf_len(&b);
	for (i = 0; i < n; i++) {
		buf_data(&b)[i] ^= 1;
		taken += moveenv_read(buf_data(&b), n, &e) == NULL;
		buf_data(&b)[i] ^= 1;
		taken += moveenv_read(buf_data(&b), i, &e) == NULL;
	}
	is_num((long long)taken, 0, "none that is damaged or cut is taken");
	moveenv_free(&e);
	buf_free(&b);
}

/* what is written comes back, into the head of a message file */
static void
written(void)
{
	struct message_rcpt r = { .mark = 'w',
		.doubt = 1,
		.tries = 3,
		.reply = "4.2.1 mx later",
		.reply_len = 14,
		.address = "b@c",
		.address_len = 3,
		.params = "NOTIFY=NEVER",
		.params_len = 12 };
	struct message_rcpt got;
	struct parcel_line l = { "from", "a@b", 4, 3 };
	struct buf b = { 0 }, head = { 0 }, env = { 0 };
	struct moveenv e = { .size = 0 };
	struct message_head h;

	moveenv_begin(&b, ID, 5, 0xdeadbeef);
	moveenv_line(&b, &l);
	moveenv_rcpt(&b, 2, MESSAGE_HELD, 1790000123, &r);
	r.address = "d";
	r.address_len = 1;
	r.params_len = r.reply_len = 0;
	moveenv_rcpt(&b, 5, MESSAGE_QUEUED, 0, &r);
	moveenv_end(&b, 0);
	ok(moveenv_read(buf_data(&b), buf_len(&b), &e) == NULL, "it is one");
	ok(strcmp(e.id, ID) == 0 && e.size == 5 && e.sum == 0xdeadbeef,
	    "whose it is");
	is_num(moveenv_head(&e, "", 0, &head, &env), 2, "both recipients");
	buf_putc(&env, '\0');
	is_str(buf_data(&env),
	    "from a@b\nwas " ID "\nto b@c NOTIFY=NEVER\nto d\n", "envelope");
	ok(message_open(buf_data(&head), buf_len(&head), &h) == 0 &&
		h.size == 5 && h.n_rcpt == 2,
	    "the head of a file");
	ok(message_line(&h, &l) == 1 && parcel_is(&l, "time") &&
		memcmp(l.value, "1790000000.", 11) == 0,
	    "with the time of its id, where no other was said");
	ok(message_rcpt(&h, &got) == 1 && got.state == MESSAGE_HELD &&
		got.mark == 'w' && got.doubt == 1 && got.tries == 3 &&
		got.next == 1790000123 && got.reply_len == 14 &&
		memcmp(got.reply, "4.2.1 mx later", 14) == 0 &&
		got.params_len == 12,
	    "and all that was known of one");
	is_num(moveenv_head(&e, "0-3", 3, &head, &env), 1, "one is left out");
	ok(message_open(buf_data(&head), buf_len(&head), &h) == 0 &&
		message_rcpt(&h, &got) == 1 && got.address_len == 1 &&
		got.state == MESSAGE_QUEUED && message_rcpt(&h, &got) == 0,
	    "the other has his own state");
	is_num(moveenv_head(&e, "2,5", 3, &head, &env), 0, "all are left out");
	moveenv_free(&e);
	buf_free(&b);
	buf_free(&head);
	buf_free(&env);
}

static void
test(void)
{
	struct buf b = { 0 }, head = { 0 }, env = { 0 };
	struct moveenv e = { .size = 0 };
	struct message_rcpt got;
	struct message_head h;

	ok(reads(HEAD "time 1.5\nfrom a@b\nexpire 5\nhold-until 7\nret FULL\n"
		      "envid x\nkey k\ntenant t\nto b@c NOTIFY=SUCCESS\n"
		      "rcpt 3 H W 9 5 4.0.0 - no\n",
	       &e, &b) == NULL,
	    "one of somebody");
	is_num(moveenv_test(&e, 1790000001000002, &head, &env), 1, "as a test");
	buf_putc(&env, '\0');
	is_str(buf_data(&env),
	    "from\ntag test-from=a@b\ntenant t\ntag test=1\nwas " ID
	    "\nto b@c NOTIFY=NEVER\n",
	    "it is from nobody, and nobody hears of it");
	ok(message_open(buf_data(&head), buf_len(&head), &h) == 0 &&
		message_rcpt(&h, &got) == 1 && got.state == MESSAGE_QUEUED &&
		got.tries == 0 && got.next == 0 && got.reply_len == 0 &&
		got.mark == '-',
	    "to be tried as new mail");
	ok(memmem(buf_data(&head), buf_len(&head), "time 1790000001.000002\n",
	       23) != NULL,
	    "from now on");
	ok(reads(HEAD RCPT, &e, &b) == NULL, "one without a sender");
	ok(moveenv_head(&e, "", 0, &head, &env) == -1 && errno == EINVAL,
	    "is no message");
	moveenv_free(&e);
	buf_free(&b);
	buf_free(&head);
	buf_free(&env);
}

int
main(void)
{
	wrong();
	damaged();
	written();
	test();
	return done();
}
