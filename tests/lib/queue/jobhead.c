#include "format/ltsv.h"
#include "queue/jobhead.h"
#include "queue/name.h"
#include "tap.h"
#include <errno.h>
#include <stdlib.h>

#define ID "1j0qcho4p7000000011c"
#define PATH "/q/mess/1c/" ID

static struct jobhead *
make(const char *env, struct buf *head)
{
	buf_clear(head);
	if (message_format(head, env, strlen(env), 123, NULL) == -1)
		return NULL;
	return jobhead_make(buf_data(head), buf_len(head), ID, PATH);
}

static const char *
job(const struct jobhead *c, unsigned i, unsigned tries, int doubt)
{
	static struct buf b;

	buf_clear(&b);
	jobhead_job(c, i, ID, tries, doubt, &b);
	buf_putc(&b, '\0');
	return buf_data(&b);
}

/* the job line behind its LF, with what the last attempt failed with */
static void
last(const struct jobhead *c, const char *class, const char *failure,
    const char *want)
{
	static struct buf b;
	size_t n;

	buf_clear(&b);
	jobhead_job(c, 0, ID, 2, 0, &b);
	n = buf_len(&b) - 1;
	is_num(jobhead_last(&b, (struct slice){ class, strlen(class) },
		   (struct slice){ failure, strlen(failure) }),
	    0, "the last failure");
	buf_putc(&b, '\0');
	is_str(buf_data(&b) + n, want, "is at the end of the line");
}

static const char *
who(const struct jobhead *c, unsigned i)
{
	static struct buf b;

	buf_clear(&b);
	jobhead_who(c, i, &b);
	buf_putc(&b, '\0');
	return buf_data(&b);
}

static void
owner(const char *env, const char *want)
{
	struct buf head = { 0 };
	struct jobhead *c = make(env, &head);
	char got[100];

	snprintf(got, sizeof got, "%.*s", (int)c->owner_len,
	    c->text + c->owner_at);
	is_str(got, want, "whom it belongs to");
	free(c);
	buf_free(&head);
}

/* until when it is tried, and when its sender is to hear of a delay */
static void
times(const char *lines, int64_t expire, int64_t notify_at)
{
	struct buf head = { 0 };
	char env[200];
	struct jobhead *c;

	snprintf(env, sizeof env, "from a@b\n%sto c@d\n", lines);
	c = make(env, &head);
	ok(c->expire == expire && c->notify_at == notify_at, lines);
	ok(strstr(job(c, 0, 0, 0), "deliver-by:17 ") != NULL ||
		strstr(lines, "deliver-by 17 ") == NULL,
	    "the job has it");
	free(c);
	buf_free(&head);
}

static void
test_sender(void)
{
	struct buf head = { 0 };
	struct jobhead *c = make("from Ann@Example.ORG\nto a@b\n", &head);

	ok(c->sender == jobhead_sender("ann@example.org", 15) &&
		c->sender != jobhead_sender("bob@example.org", 15),
	    "a sender is known in any case");
	ok(c->sender == jobhead_sender("\"ANN\"@example.org.", 18) &&
		c->sender != jobhead_sender("annexample.org", 14) &&
		c->sender != jobhead_sender("\"ann \"@example.org", 18),
	    "and however it is written");
	free(c);
	buf_free(&head);
}

static void
test_domain(void)
{
	static const char *const cases[][2] = { { "a@B.Example", "b.example" },
		{ "\"x@y\"@c.d", "c.d" }, { "postmaster", "" },
		{ "a@[192.0.2.1]", "[192.0.2.1]" }, { "", "" }, { "a@", "" },
		{ "a@B.c.", "b.c" }, { "a@b..", "b.." }, { "a@.", "." } };
	char out[JOBHEAD_DOMAIN_MAX + 1], address[600];
	unsigned i;
	size_t n;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		n = jobhead_domain(cases[i][0], strlen(cases[i][0]), out);
		out[n] = '\0';
		is_str(out, cases[i][1], cases[i][0]);
	}
	memset(address, 'x', sizeof address);
	address[1] = '@';
	is_num(jobhead_domain(address, 2 + JOBHEAD_DOMAIN_MAX, out),
	    JOBHEAD_DOMAIN_MAX, "the longest domain");
	is_num(jobhead_domain(address, 3 + JOBHEAD_DOMAIN_MAX, out),
	    JOBHEAD_DOMAIN_MAX, "a longer one is cut");
}

static void
test_campaign(void)
{
	struct buf head = { 0 };
	struct jobhead *c = make("from a@b\ntag x=campaign=1\ntag campaign=\n"
				 "tag campaign=a b\ntag campaign=c\nto c@d\n",
	    &head);

	ok(word_is(jobhead_campaign(c), "a b"),
	    "a campaign, the first that has a name");
	free(c);
	buf_free(&head);
}

int
main(void)
{
	struct buf head = { 0 }, env = { 0 };
	unsigned i, labels = 0;
	char want[600];
	struct jobhead *c;
	const char *p;

	c = make("from a@b.example\nto c@D.example\n", &head);
	snprintf(want, sizeof want,
	    "id:" ID "\tn:0\tto:c@D.example\ttry:0\t"
	    "from:a@b.example\tsize:123\tbirth:%lld.%03d\tprio:5\tfile:" PATH
	    "\toff:%zu\n",
	    (long long)(name_time_us(ID) / 1000000),
	    (int)(name_time_us(ID) / 1000 % 1000), buf_len(&head));
	is_str(job(c, 0, 0, 0), want, "the smallest job");
	is_str(who(c, 0), "from:a@b.example\tto:c@D.example", "who");
	last(c, "rcpt", "rate-limited",
	    "\tlast-class:rcpt\tlast-failure:rate-limited\n");
	last(c, "421", "", "\tlast-class:421\n");
	last(c, "", "", "\n");
	last(c, "a b", "x\\ty", "\n");
	is_num(jobhead_campaign(c).n, 0, "no campaign");
	is_num(c->n_rcpt, 1, "one recipient");
	is_num(c->rcpt[0].state, MESSAGE_QUEUED, "which is queued");
	ok(memcmp(buf_data(&head) + c->rcpt[0].offset, "to Q", 4) == 0,
	    "and its line stands there");
	is_num(c->off, (long)buf_len(&head), "the message begins there");
	free(c);

	c = make(
	    "from\ntime 1790000000.123456\nprio 0\ntenant acme\n"
	    "tag a=1\ntag b=2\nuser u\nclient 127.0.0.1\nhelo h\nproto ESMTP\n"
	    "key k\nms-receive 9\nuuid k3x9\nbody 8bit\nret HDRS\nenvid x\\ty\nexpire 1790000500\n"
	    "hold-until 1790000100\nlast-class x\nlast-failure y\nlast-src z\nx-own thing\n"
	    "to c@d NOTIFY=SUCCESS ORCPT=rfc822;c@d\nto e@f\n",
	    &head);
	snprintf(want, sizeof want,
	    "id:" ID "\tn:0\tto:c@d\ttry:3\tdoubt:1\t"
	    "from:\ttenant:acme\ttag:a=1\ttag:b=2\tuuid:k3x9\tuser:u\tbody:8bit\tret:HDRS"
	    "\tenvid:x\\ty\texpire:1790000500\tx-own:thing\tsize:123\t"
	    "birth:1790000000.123\tprio:0\tfile:" PATH "\toff:%zu\t"
	    "notify:SUCCESS\torcpt:rfc822;c@d\n",
	    buf_len(&head));
	is_str(job(c, 0, 3, 1), want, "a job with everything");
	is_str(who(c, 1),
	    "from:\ttenant:acme\ttag:a=1\ttag:b=2\tuuid:k3x9\tto:e@f",
	    "who, the second");
	ok(c->prio == 0 && c->null_sender && c->expire == 1790000500 &&
		c->hold_until == 1790000100,
	    "what is read of it");
	free(c);

	/* a job has room for one of each, whatever a message of before has */
	c = make(
	    "from\ntime 1790000000\n"
	    "to c@d NOTIFY=NEVER notify=DELAY ORCPT=rfc822;a ORCPT=rfc822;b\n",
	    &head);
	snprintf(want, sizeof want, "\toff:%zu\tnotify:NEVER\torcpt:rfc822;a\n",
	    buf_len(&head));
	is_str(strstr(job(c, 0, 0, 0), "\toff:"), want,
	    "the first of each parameter");
	free(c);

	times("expire 17\n", 17, 0);
	times("deliver-by 17 R\n", 17, 0);
	times("deliver-by 17 RT\nexpire 19\n", 17, 0);
	times("expire 15\ndeliver-by 17 R\n", 15, 0);
	times("deliver-by 17 NT\nexpire 19\n", 19, 17);
	times("deliver-by 0 N\n", 0, 1);
	times("deliver-by 17\n", 0, 0);
	is_num(jobhead_warn_s(5000, 0, 0), 0, "no warning");
	is_num(jobhead_warn_s(5000, 10, 0), 15, "as the table says");
	is_num(jobhead_warn_s(5000, 10, 16), 15, "before a later time");
	is_num(jobhead_warn_s(5000, 10, 14), 14, "its sender's time");
	is_num(jobhead_warn_s(5000, 0, 14), 14, "that alone");
	owner("from a@b\nto c@d\n", "b");
	owner("from\nto c@d\n", "");
	owner("from a@b\nuser u\nto c@d\n", "u");
	owner("from a@b\nuser u\ntenant t\nto c@d\n", "t");

	/* one more line than becomes labels */
	buf_puts(&env, "from a@b\n");
	for (i = 0; i <= JOBHEAD_LABELS_MAX; i++)
		buf_printf(&env, "tag n%u=1\n", i);
	buf_puts(&env, "to c@d\n");
	buf_putc(&env, '\0');
	c = make(buf_data(&env), &head);
	p = job(c, 0, 0, 0);
	for (; (p = strstr(p, "\ttag:")) != NULL; p++)
		labels++;
	is_num(labels, JOBHEAD_LABELS_MAX, "no more labels than may be");
	free(c);
	buf_clear(&env);
	buf_puts(&env, "from a@b\n");
	for (i = 0; i < 12; i++)
		buf_printf(&env, "tag x=%03500u\n", i);
	buf_puts(&env, "to c@d\n");
	buf_putc(&env, '\0');
	c = make(buf_data(&env), &head);
	ok(c->common_len < JOBHEAD_COMMON_MAX + 600 &&
		c->common_len > JOBHEAD_COMMON_MAX - 4000,
	    "and no more bytes");
	free(c);

	buf_clear(&env);
	buf_printf(&env, "from a@b\n%0*d x\n%0*d y\nto c@d\n", LTSV_LABEL_MAX,
	    7, LTSV_LABEL_MAX + 1, 8);
	buf_putc(&env, '\0');
	c = make(buf_data(&env), &head);
	ok(strstr(job(c, 0, 0, 0), "07:x") != NULL &&
		strstr(job(c, 0, 0, 0), "08:y") == NULL,
	    "a key as long as a label may be, and one longer");
	free(c);
	buf_clear(&head);
	message_format(&head, "from a@b\nto c@d\n", 16, 1, NULL);
	ok(jobhead_make(buf_data(&head), buf_len(&head) - 1, ID, PATH) ==
		    NULL &&
		errno == EINVAL,
	    "a cut head");
	buf_data(&head)[buf_len(&head) - 3] = '\n';
	ok(jobhead_make(buf_data(&head), buf_len(&head), ID, PATH) == NULL &&
		errno == EINVAL,
	    "a damaged one");
	test_domain();
	test_sender();
	buf_free(&head);
	buf_free(&env);
	test_campaign();
	return done();
}
