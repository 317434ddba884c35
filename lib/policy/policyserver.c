#include "policy/policyserver.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "chain/event.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct policyrequest *
of(struct list_node *n)
{
	return LIST_OF(n, struct policyrequest, line);
}

struct slice
policyrequest_get(const struct policyrequest *r, const char *name)
{
	struct slice v =
	    policytext_get(buf_data(&r->text), buf_len(&r->text), name);

	return v.p == NULL ? (struct slice){ "", 0 } : v;
}

int
policyrequest_is(const struct policyrequest *r, const char *name,
    const char *value)
{
	struct slice v = policyrequest_get(r, name);

	return ascii_is(v.p, v.n, value);
}

static void
forget(struct policyrequest *r)
{
	struct policyserver *s = r->server;

	if (s->ops->forget != NULL)
		s->ops->forget(r);
	list_remove(&s->open, &r->line);
	s->n--;
	buf_free(&r->text);
	free(r->action);
	free(r->state);
	free(r);
}

static void
stop_if_done(struct policyserver *s)
{
	if (s->ended && s->n == 0) {
		wire_flush_all();
		loop_stop();
	}
}

/* those at the front that are answered */
static void
on_answers(void *arg)
{
	struct policyserver *s = arg;
	struct policyrequest *r;

	while ((r = of(s->open.first)) != NULL && r->action != NULL) {
		wire_put(&s->wire, r->action, strlen(r->action));
		forget(r);
	}
	if (s->wire.paused && s->n < POLICYSERVER_OPEN_MAX)
		wire_resume(&s->wire);
	stop_if_done(s);
}

void
policyrequest_answer(struct policyrequest *r, const char *action,
    const char *text)
{
	char *p;

	needs(asprintf(&r->action, "action=%s%s%s\n\n", action,
	    *text == '\0' ? "" : " ", text));
	/* one line, whatever a stranger has said */
	for (p = r->action; p[2] != '\0'; p++)
		if ((unsigned char)*p < 32)
			*p = '?';
	/* not from here: who answers may be at work with the request */
	loop_timer_set(&r->server->timer, 0, on_answers, r->server);
}

static size_t
on_request(void *arg, const char *p, size_t n)
{
	struct policyserver *s = arg;
	size_t len = policytext_block(p, n);
	struct policyrequest *r;

	if (len == 0)
		return 0;
	if (!policytext_ok(p, len)) {
		warn("this is no request");
		s->status = EXIT_PERM;
		loop_stop();
		return len;
	}
	r = need(calloc(1, sizeof *r));
	r->server = s;
	r->state = need(calloc(1, s->ops->state_size + 1));
	needs(buf_put(&r->text, p, len));
	list_append(&s->open, &r->line);
	if (++s->n >= POLICYSERVER_OPEN_MAX)
		wire_pause(&s->wire);
	s->ops->asked(r, s->arg);
	return len;
}

static void
on_ended(void *arg, int err)
{
	struct policyserver *s = arg;

	if (err != 0) {
		if (err == EMSGSIZE)
			warn("a request longer than 65536 bytes");
		else
			warn("unable to read requests: %s", strerror(err));
		s->status = err == EMSGSIZE ? EXIT_PERM : EXIT_TEMP;
	}
	s->ended = 1;
	stop_if_done(s);
}

/* nobody hears us */
static void
on_gone(void *arg, int err)
{
	struct policyserver *s = arg;

	(void)err;
	s->status = EXIT_TEMP;
	loop_stop();
}

static const struct wire_ops ops = { on_request, on_ended, on_gone, NULL };

int
policyserver_run(struct policyserver *s)
{
	fd_nonblock(0);
	fd_nonblock(1);
	event_gather();
	wire_open(&s->wire, 0, 1, &ops, s);
	s->wire.record_max = POLICYTEXT_REQUEST_MAX;
	loop_run();
	event_flush();
	return s->status;
}
