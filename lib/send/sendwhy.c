#include "send/sendwhy.h"
#include "format/job.h"
#include <string.h>

/* the recipient that is asked about */
struct asked {
	const char *id;
	size_t n;
	uint64_t rcpt;
};

static const char *const phases[SENDWAITS] = { "connect", "greeting", "helo",
	"starttls", "tls", "auth", "mail", "rcpt", "data", "block", "dot",
	"idle", "quit", "line" };

static int
has(const struct sendtxn *t, const struct asked *a)
{
	unsigned i;

	if (t == NULL || strlen(t->id) != a->n ||
	    memcmp(t->id, a->id, a->n) != 0)
		return 0;
	for (i = 0; i < t->mail.n_rcpt; i++)
		if (t->mail.rcpt[i].n == a->rcpt &&
		    t->mail.rcpt[i].state != SMTPOUT_DECIDED)
			return 1;
	return 0;
}

/* it waits for a connection: how many do before it */
static int
put_line(struct buf *b, const struct sendpool *p, const struct asked *a,
    int64_t now)
{
	struct list_node *n, *m;
	const struct sendslot *s;
	const struct sendtxn *t;
	unsigned before;

	for (n = p->sites.all.first; n != NULL; n = n->next) {
		s = LIST_OF(n, struct sendslot, all);
		for (m = s->line.first, before = 0; m != NULL;
		     m = m->next, before++) {
			t = LIST_OF(m, struct sendtxn, line);
			if (has(t, a))
				return buf_printf(b,
				    "its job waits for a connection for %lld "
				    "s, behind %u transactions\n",
				    (long long)(now - t->queued_ms) / 1000,
				    before);
		}
	}
	return 0;
}

/* since when what is waited for now is waited for */
static int64_t
since(const struct sendconn *c)
{
	return c->deadline_ms - c->share->wait_ms[c->waits];
}

static int
put_conn(struct buf *b, const struct sendconn *c, const char *what, int64_t now)
{
	int r = buf_printf(b,
	    "its job is %s, in phase %s for %lld s, given up in %lld s", what,
	    phases[c->waits], (long long)(now - since(c)) / 1000,
	    (long long)(c->deadline_ms - now) / 1000);

	if (c->host.name != NULL)
		r |= buf_printf(b, "; host %s %s", c->host.name, c->host.ip);
	if (c->host.fail != NULL)
		r |= buf_printf(b, "; the host before: %s", c->host.fail->text);
	return r | buf_putc(b, '\n');
}

static int
put_place(struct buf *b, const struct sendpool *p, const struct asked *a,
    int64_t now)
{
	const struct sendconn *c;
	size_t i;

	for (i = 0; i < p->places.n; i++) {
		c = &p->places.all[i]->conn;
		if (has(c->lead, a))
			return put_conn(b, c, "being connected", now);
		if (has((const struct sendtxn *)c->s.front, a))
			return put_conn(b, c, "being sent", now);
		if (has((const struct sendtxn *)c->s.behind, a))
			return put_conn(b, c, "sent behind another", now);
	}
	return put_line(b, p, a, now);
}

static int
put_site(struct buf *b, const struct sendpool *p, const struct sendjob *j)
{
	const struct sendslot *s = sendsites_known(&p->sites, j);
	const struct list_node *n;
	unsigned idle = 0;

	if (s == NULL)
		return buf_puts(b, "no connection to the site\n");
	for (n = s->idle.first; n != NULL; n = n->next)
		idle++;
	return buf_printf(b,
	    "connections to the site: %u, %u of them idle; %u transactions "
	    "wait for one\n",
	    (unsigned)s->n_conn, idle, (unsigned)s->n_wait);
}

/* the hosts that are remembered as dead */
static int
put_hosts(struct buf *b, struct sendpool *p, const struct sendjob *j,
    int64_t now)
{
	const struct ltsv_field *mx = j->f[SENDJOB_MX];
	const char *at, *end, *why;
	struct sendsite site;
	int64_t until;
	size_t n;
	int r = 0;

	if (mx == NULL)
		return 0;
	memset(&site, 0, sizeof site);
	sendsite_bind(&site, j);
	end = mx->value + mx->value_len;
	for (at = mx->value; at < end; at += n + 1) {
		for (n = 0; at + n < end && at[n] != ' '; n++)
			;
		why = sendhost_dead(at, n, &site, &p->share.dead, now, &until);
		if (why != NULL)
			r |= buf_printf(b, "passed over for %lld s: %.*s: %s\n",
			    (long long)(until - now + 999) / 1000, (int)n, at,
			    why);
	}
	return r;
}

int
sendwhy(struct sendpool *p, const struct sendjob *j, struct buf *out)
{
	const struct ltsv_field *f = job_explains(&j->line);
	int64_t now = clock_mono_ms();
	static struct buf why;
	struct asked a;
	int r;

	buf_clear(&why);
	r = job_explained(out, &j->line);
	if (job_asked(f, &a.n, &a.rcpt) == 0) {
		a.id = f->value;
		r |= put_place(&why, p, &a, now);
	}
	r |= put_hosts(&why, p, j, now);
	r |= put_site(&why, p, j);
	if (j->f[SENDJOB_SITE] != NULL)
		r |= lasttries_put(&p->answers.last, j->f[SENDJOB_SITE]->value,
		    j->f[SENDJOB_SITE]->value_len, &why);
	r |= job_why(out, "why-send", buf_data(&why), buf_len(&why));
	return r | ltsv_end(out);
}
