/*
 * Jobs gathered into transactions, and what is answered at once.  The pool is
 * never run: what it was given waits in the lines of its sites.
 */
#include "send/gather.h"
#include "base/fd.h"
#include "tap.h"
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

enum { RCPTS = 3 }; /* in a transaction */

static const struct wire_ops no_ops;
static struct link chain;
static struct sendpool pool;

/* append a job, given as "id n from to site mx" and further labels, or as it
 * is */
static void
job(struct buf *b, const char *spec)
{
	char id[80], n[20], from[80], to[80], site[80], mx[80];
	int used = 0;

	if (strncmp(spec, "id:", 3) == 0 ||
	    sscanf(spec, "%79s %19s %79s %79s %79s %79s%n", id, n, from, to,
		site, mx, &used) != 6) {
		buf_printf(b, "%s\n", spec);
		return;
	}
	buf_printf(b,
	    "id:%s\tn:%s\tfrom:%s\tto:%s\tsize:1\tfile:/x\toff:1\tsite:%s\t"
	    "mx:%s%s\n",
	    id, n, from, to, site, mx, spec + used);
}

static void
jobs(struct buf *b, const char *const *spec)
{
	buf_clear(b);
	buf_reserve(b, 1);
	for (; *spec != NULL; spec++)
		job(b, *spec);
}

static void
open_pool(void)
{
	memset(&pool, 0, sizeof pool);
	pool.answers.link = &chain;
	pool.limit.rcpts = RCPTS;
	pool.limit.waiting = 1000;
	chain.held = 0;
	buf_clear(&chain.up.out);
}

static void
put_line(struct buf *b, const struct sendslot *s)
{
	struct list_node *n;
	struct sendtxn *t;
	unsigned i;

	buf_printf(b, "%s:", s->site.name);
	for (n = s->line.first; n != NULL; n = n->next) {
		t = LIST_OF(n, struct sendtxn, line);
		buf_printf(b, " %s", t->id);
		for (i = 0; i < t->mail.n_rcpt; i++)
			buf_printf(b, "%c%u", i == 0 ? '/' : '+',
			    t->mail.rcpt[i].n);
	}
	buf_puts(b, "; ");
}

/* "SITE: ID/N+N ID/N; SITE: ..." */
static const char *
waiting(void)
{
	static struct buf b;
	struct list_node *n;

	buf_clear(&b);
	for (n = pool.sites.all.first; n != NULL; n = n->next)
		put_line(&b, LIST_OF(n, struct sendslot, all));
	buf_putc(&b, '\0');
	return buf_data(&b);
}

/* forget all of it */
static void
close_pool(void)
{
	struct sendslot *s;
	struct sendtxn *t;

	while ((s = LIST_OF(pool.sites.all.first, struct sendslot, all)) !=
	    NULL) {
		while ((t = sendsites_first(s)) != NULL) {
			sendsites_remove(&pool.sites, t);
			sendtxn_free(t);
		}
		sendsites_forget(&pool.sites, s);
	}
	hash_free(&pool.sites.by_key);
	loop_timer_stop(&pool.tick);
}

static const struct {
	const char *name, *jobs[8], *waiting;
} cases[] = {
	{ "nothing", { NULL }, "" },
	{ "one", { "m 0 a@b c@d s mx" }, "s: m/0; " },
	{ "two of one message", { "m 0 a@b c@d s mx", "m 1 a@b e@d s mx" },
	    "s: m/0+1; " },
	{ "of two", { "m 0 a@b c@d s mx", "n 0 a@b e@d s mx" },
	    "s: m/0 n/0; " },
	{ "of two senders", { "m 0 a@b c@d s mx", "m 1 x@b e@d s mx" },
	    "s: m/0 m/1; " },
	{ "by two hosts", { "m 0 a@b c@d s mx", "m 1 a@b e@d s my" },
	    "s: m/0 m/1; " },
	{ "to two sites", { "m 0 a@b c@d s mx", "m 1 a@b e@d t mx" },
	    "s: m/0; t: m/1; " },
	{ "that do not stand next to each other",
	    { "m 0 a@b c@d s mx", "n 0 a@b c@d s mx", "m 1 a@b e@d s mx" },
	    "s: m/0 n/0 m/1; " },
	{ "nor with another site between",
	    { "m 0 a@b c@d s mx", "n 0 a@b c@d t mx", "m 1 a@b e@d s mx" },
	    "s: m/0 m/1; t: n/0; " },
	{ "as many as there may be",
	    { "m 0 a@b c@d s mx", "m 1 a@b c@d s mx", "m 2 a@b c@d s mx" },
	    "s: m/0+1+2; " },
	{ "one more",
	    { "m 0 a@b c@d s mx", "m 1 a@b c@d s mx", "m 2 a@b c@d s mx",
		"m 3 a@b c@d s mx", "m 4 a@b c@d s mx" },
	    "s: m/0+1+2 m/3+4; " },
	{ "a bad one between",
	    { "m 0 a@b c@d s mx", "m 1 a@b <> s mx", "m 2 a@b c@d s mx" },
	    "s: m/0+2; " },
	{ "what is no job between",
	    { "m 0 a@b c@d s mx", "x", "m 2 a@b c@d s mx" }, "s: m/0+2; " },
	{ "other sources are other sites",
	    { "m 0 a@b c@d s mx\tbind:192.0.2.1",
		"m 1 a@b c@d s mx\tbind:192.0.2.2" },
	    "s: m/0; s: m/1; " },
};

static void
gathered(void)
{
	static struct buf b;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		open_pool();
		jobs(&b, cases[i].jobs);
		is_num(sendgather_take(&pool, buf_data(&b), buf_len(&b)),
		    buf_len(&b), cases[i].name);
		is_str(waiting(), cases[i].waiting, "as transactions");
		close_pool();
	}
}

#define LOCAL "status:deferred\tesc:4.3.5\tclass:local\ttext:job: "

/* a job that is answered at once; "": that is not */
static const struct {
	const char *job, *answer;
} refused[] = {
	{ "m 4 a@b c@d s mx", "" },
	{ "m 4 a@b c@d s mx\ttls:none", "" },
	{ "m 4 a@b c@d s mx\ttls:may", "" },
	{ "m 4 a@b c@d s mx\ttls:must", "" },
	{ "m 4 a@b c@d s mx\ttls:whatever",
	    "id:m\tn:4\t" LOCAL "unknown tls policy\n" },
	{ "m 4 a@b c@d s mx\ttry:2\ttls:dane\ttls-else:must",
	    "id:m\tn:4\ttry:2\t" LOCAL "bad tls-else\n" },
	{ "m 4 a>b c@d s mx",
	    "id:m\tn:4\tstatus:bounced\tcode:553\tesc:5.1.7\tclass:mail\t"
	    "text:553 5.1.7 the sender's address is malformed\tsite:s\n" },
	{ "m 4 a@b c\\n@d s mx",
	    "id:m\tn:4\tstatus:bounced\tcode:553\tesc:5.1.3\tclass:rcpt\t"
	    "text:553 5.1.3 the recipient's address is malformed\tsite:s\n" },
	{ "id:m\tn:4\tto:c@d\tsize:1\tfile:/x\tmx:m",
	    "id:m\tn:4\t" LOCAL "no from or to\n" },
	{ "id:m\tn:4\tfrom:a@b\tto:c@d\tmx:m",
	    "id:m\tn:4\t" LOCAL "no file or size\n" },
	{ "id:m\tn:4\tfrom:a@b\tto:c@d\tsize:1\tfile:/x",
	    "id:m\tn:4\t" LOCAL "no mx\n" },
	{ "m 4 a@b c@d s mx\tconn:x", "id:m\tn:4\t" LOCAL "bad conn\n" },
	/* nobody can be answered: warned of */
	{ "m x a@b c@d s mx", "" },
	{ "no LTSV", "" },
};

static void
answered(void)
{
	static struct buf b;
	struct buf *up = &chain.up.out;
	size_t i;

	for (i = 0; i < sizeof refused / sizeof *refused; i++) {
		open_pool();
		buf_clear(&b);
		job(&b, refused[i].job);
		sendgather_take(&pool, buf_data(&b), buf_len(&b));
		buf_putc(up, '\0');
		is_str(buf_data(up), refused[i].answer, refused[i].job);
		is_num(pool.sites.n_wait, i < 4, "does it wait?");
		close_pool();
	}
}

/* only whole lines are used, wherever the end is */
static void
parts(void)
{
	static const char *const spec[] = { "m 0 a@b c@d s mx",
		"m 1 a@b e@d s mx", "n 0 a@b c@d t mx", NULL };
	static struct buf b;
	size_t n, used, whole = 0, bad = 0;

	jobs(&b, spec);
	for (n = 0; n <= buf_len(&b); n++) {
		if (n > 0 && buf_data(&b)[n - 1] == '\n')
			whole = n;
		open_pool();
		used = sendgather_take(&pool, buf_data(&b), n);
		bad += used != whole;
		close_pool();
	}
	is_num(bad, 0, "a part of a line has not arrived");
	/* what was used in two calls does not become one transaction */
	open_pool();
	used = sendgather_take(&pool, buf_data(&b), 100);
	sendgather_take(&pool, buf_data(&b) + used, buf_len(&b) - used);
	is_str(waiting(), "s: m/0 m/1; t: n/0; ", "nobody is waited for");
	close_pool();
}

/* the link is held at so many; what was begun is taken */
static void
full(void)
{
	static struct buf b;
	char spec[40];
	size_t line, used;
	unsigned i;

	buf_clear(&b);
	for (i = 0; i < 6; i++) {
		snprintf(spec, sizeof spec, "m%u 0 a@b c@d s mx", i);
		job(&b, spec);
	}
	line = buf_len(&b) / 6;
	open_pool();
	pool.limit.waiting = 6;
	is_num(sendgather_take(&pool, buf_data(&b), 5 * line), 5 * line,
	    "one less than may wait");
	is_num(chain.held, 0, "more may come");
	is_num(sendgather_take(&pool, buf_data(&b), 2 * line), 2 * line,
	    "as many, and who was begun");
	is_num(chain.held, 1, "no more may");
	used = sendgather_take(&pool, buf_data(&b), line);
	is_num(used, 0, "no line is taken");
	is_num(pool.sites.n_wait, 7, "all of those wait");
	close_pool();
}

static void
limits(void)
{
	static struct buf b;
	char site[SENDJOB_KEY_MAX + 1];
	/* a byte behind each label of the key, SENDJOB_SITE and what follows */
	size_t most = SENDJOB_KEY_MAX - (SENDJOB_LABELS - SENDJOB_SITE), n;

	for (n = most; n <= most + 1; n++) {
		memset(site, 's', n);
		site[n] = '\0';
		buf_clear(&b);
		buf_printf(&b,
		    "id:m\tn:0\tfrom:a@b\tto:c@d\tsize:1\tfile:/x\toff:1\t"
		    "mx:m\tsite:%s\n",
		    site);
		open_pool();
		sendgather_take(&pool, buf_data(&b), buf_len(&b));
		is_num(pool.sites.n_wait, n == most, "a long name of a site");
		is_num(buf_len(&chain.up.out) > 0, n > most,
		    "is answered when it is too long");
		close_pool();
	}
	open_pool();
	buf_clear(&b);
	job(&b, "m 0 a@b c@d s mx\tconn:7");
	job(&b, "n 0 a@b c@d s mx");
	sendgather_take(&pool, buf_data(&b), buf_len(&b));
	is_num(LIST_OF(pool.sites.all.first, struct sendslot, all)->conns, 7,
	    "how many connections it may have, said once");
	close_pool();
}

int
main(void)
{
	if (freopen("/dev/null", "w", stderr) == NULL)
		return 111;
	wire_open(&chain.up, -1, open("/dev/null", O_WRONLY | O_CLOEXEC),
	    &no_ops, NULL);
	gathered();
	answered();
	parts();
	full();
	limits();
	return done();
}
