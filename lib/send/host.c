#include "base/clock.h"
#include "send/conn.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
sendhost_fail(struct sendconn *c, const char *class, const char *esc,
    const char *fmt, const char *a, const char *b)
{
	if (c->fail == NULL)
		c->fail = calloc(1, sizeof *c->fail);
	if (c->fail == NULL)
		return;
	c->fail->class = class;
	c->fail->code = 0;
	snprintf(c->fail->esc, sizeof c->fail->esc, "%s", esc);
	snprintf(c->fail->text, sizeof c->fail->text, fmt, a, b);
}

void
sendhost_fail_reply(struct sendconn *c, const char *class,
    const struct reply *re)
{
	size_t n;

	sendhost_fail(c, class, "4.0.0", "%s%s", "", "");
	if (c->fail == NULL)
		return;
	c->fail->code = re->code;
	/* no mail at this host: that says nothing of the recipient;
	 * VIOLATIONS.md: GREETING-5XX */
	if (re->esc != NULL && re->esc_len <= REPLY_ESC_MAX) {
		memcpy(c->fail->esc, re->esc, re->esc_len);
		c->fail->esc[re->esc_len] = '\0';
		c->fail->esc[0] = '4';
	}
	n = reply_text(re, c->fail->text, REPLY_TEXT_MAX);
	c->fail->text[n] = '\0';
}

/* all hosts have failed; or we have, and that was no attempt */
static void
give_up(struct sendconn *c, int local)
{
	struct sendresult r = { .status = "deferred",
		.class = "connect",
		.esc = "4.4.1",
		.esc_len = 5,
		.text = "no usable host" };

	if (local) {
		r.status = "later";
		r.class = "local";
		r.next_ms = clock_wall_us() / 1000 + SENDPOOL_LOCAL_MS;
	}

	if (c->fail != NULL) {
		r.class = c->fail->class;
		r.code = c->fail->code;
		r.esc = c->fail->esc;
		r.esc_len = strlen(r.esc);
		r.text = c->fail->text;
	}
	r.text_len = strlen(r.text);
	sendpool_end(sendpool_the, c->lead, c, &r);
	c->lead = NULL;
	sendconn_end(c);
}

/* what the memory of dead hosts is about: address, port and source */
static size_t
dead_key(const struct dial_addr *to, const struct dial_addr *from,
    unsigned char key[DEADHOST_KEY_MAX])
{
	memset(key, 0, 35);
	key[0] = to->kind;
	key[1] = to->port >> 8;
	key[2] = to->port;
	memcpy(key + 3, to->ip, 16);
	if (from->kind == to->kind)
		memcpy(key + 19, from->ip, 16);
	return 35;
}

static const struct dial_addr *
source(const struct sendconn *c, const struct dial_addr *to)
{
	return to->kind == DIAL_V6 ? &c->slot->site.bind6 : &c->slot->site.bind;
}

static int
current(const struct sendconn *c, struct dial_addr *to, unsigned char *key,
    size_t *n)
{
	const char *ip = c->ip;

	if (c->kind == DIAL_UNIX || ip == NULL ||
	    dial_scan_ip(ip, strlen(ip), to) == -1)
		return 0;
	to->port = c->port;
	*n = dead_key(to, source(c, to), key);
	return 1;
}

void
sendhost_failed(struct sendconn *c)
{
	unsigned char key[DEADHOST_KEY_MAX];
	struct dial_addr to;
	struct sendpool *p = sendpool_the;
	size_t n, i;

	if (c->fail == NULL || !current(c, &to, key, &n))
		return;
	/* others stand: then it is full, not dead */
	if (c->slot->n_conn > 1)
		for (i = 0; i < p->n_conn; i++)
			if (p->conn[i]->slot == c->slot && p->conn[i]->heard &&
			    strcmp(p->conn[i]->ip, c->ip) == 0)
				return;
	deadhost_failed(&p->dead, key, n, clock_mono_ms(), c->fail->text);
}

void
sendhost_alive(struct sendconn *c)
{
	unsigned char key[DEADHOST_KEY_MAX];
	struct dial_addr to;
	size_t n;

	if (sendpool_the->dead.e != NULL && current(c, &to, key, &n))
		deadhost_alive(&sendpool_the->dead, key, n);
}

static int
remember_host(struct sendconn *c, const struct dial_addr *to, const char *host,
    size_t len)
{
	char ip[DIAL_TEXT_MAX];

	free(c->host);
	dial_text(to, ip);
	c->host = malloc(len + strlen(ip) + 2);
	if (c->host == NULL)
		return -1;
	memcpy(c->host, host, len);
	c->host[len] = '\0';
	memcpy(c->host + len + 1, ip, strlen(ip) + 1);
	c->ip = c->host + len + 1;
	c->kind = to->kind;
	c->port = to->port;
	return 0;
}

/* an address of ours that this machine does not have is named: it is the one
 * thing to be mended */
static void
cannot_connect(struct sendconn *c, const struct dial_addr *from, int local)
{
	const char *why = strerror(errno);
	char text[DIAL_TEXT_MAX + 64], ip[DIAL_TEXT_MAX];
	int saved = errno;

	if (local && errno == EADDRNOTAVAIL && from->kind != DIAL_NONE)
		snprintf(text, sizeof text,
		    "unable to bind %s: ", dial_text(from, ip));
	else
		snprintf(text, sizeof text, "unable to connect: ");
	sendhost_fail(c, local ? "local" : "connect", local ? "4.3.0" : "4.4.1",
	    "%s%s", text, why);
	errno = saved;
}

enum tried { TRIED_NEXT, TRIED_GOING, TRIED_LOCAL };

static enum tried
try_host(struct sendconn *c, const char *word, size_t n)
{
	unsigned char key[DEADHOST_KEY_MAX];
	struct dial_addr to;
	const char *host, *why = NULL;
	size_t host_len, len;
	int local;

	if (dial_scan(word, n, &to, &host, &host_len) == -1) {
		sendhost_fail(c, "local", "4.3.5", "unusable host in mx%s%s",
		    "", "");
		return TRIED_NEXT;
	}
	if (remember_host(c, &to, host, host_len) == -1)
		return TRIED_LOCAL;
	if (to.kind != DIAL_UNIX) {
		len = dead_key(&to, source(c, &to), key);
		why = deadhost_skip(&sendpool_the->dead, key, len,
		    clock_mono_ms());
	}
	if (why != NULL) {
		sendhost_fail(c, "connect", "4.4.1", "%s%s", why, "");
		return TRIED_NEXT;
	}
	c->fd = dial_start(&to, source(c, &to), &local);
	if (c->fd != -1)
		return TRIED_GOING;
	cannot_connect(c, source(c, &to), local);
	if (local && errno != EADDRNOTAVAIL && errno != EACCES)
		return TRIED_LOCAL;
	if (!local)
		sendhost_failed(c);
	return TRIED_NEXT;
}

void
sendhost_next(struct sendconn *c)
{
	const char *mx = c->lead->mx;
	enum tried t = TRIED_NEXT;
	size_t n;

	sendconn_close(c);
	memset(&c->s, 0, sizeof c->s);
	c->s.lmtp = c->slot->site.lmtp;
	c->heard = c->stands = c->dead = c->greeted = 0;
	while (t == TRIED_NEXT) {
		while (mx[c->mx_at] == ' ')
			c->mx_at++;
		n = strcspn(mx + c->mx_at, " ");
		if (n == 0)
			break;
		t = try_host(c, mx + c->mx_at, n);
		c->mx_at += n;
	}
	if (t != TRIED_GOING) {
		give_up(c, t == TRIED_LOCAL);
		return;
	}
	/* that it stands, or not, shows when there is something to read */
	sendconn_wait(c, SENDPOOL_CONNECT);
	loop_io_start(&c->io, c->fd, LOOP_READ, sendconn_ready, c);
}
