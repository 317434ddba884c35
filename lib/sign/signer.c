#include "sign/signer.h"
#include "base/die.h"
#include "base/spawn.h"
#include "chain/dial.h"
#include "format/netstring.h"
#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* a question without answer, in the order in which they were asked; its
 * asker may be gone, the answer comes all the same */
struct signer_node {
	struct signer_query *query;
	struct signer_node *next;
	unsigned asked : 1, again : 1;
};

static void on_tick(void *);

void
signer_setup(struct signer *s, const char *socket, const char *keydir)
{
	memset(s, 0, sizeof *s);
	s->socket = socket;
	s->keydir = keydir;
	s->last = &s->first;
	s->restart.first_ms = s->restart.max_ms = SIGNER_RETRY_MS;
}

static const char *
name(const struct signer *s)
{
	return s->socket != NULL ? s->socket : "key-sign";
}

static struct signer_node *
pop(struct signer *s)
{
	struct signer_node *n = s->first;

	s->first = n->next;
	if (s->first == NULL)
		s->last = &s->first;
	return n;
}

static void
answer(struct signer_node *n, enum signer_status status, const char *text,
    size_t len)
{
	struct signer_query *q = n->query;

	free(n);
	if (q == NULL)
		return;
	q->node = NULL;
	q->done(q->arg, status, text, len);
}

static void
fail(struct signer_node *n)
{
	static const char text[] = "key-sign is not available";

	answer(n, SIGNER_TEMP, text, sizeof text - 1);
}

/*
 * The connection is of no more use.  What was asked on it is asked once
 * more, or, with `over`, or when it was asked twice, has failed.
 */
static void
hang_up(struct signer *s, int over)
{
	struct signer_node *n, *list = s->first;

	if (s->up) {
		s->up = 0;
		wire_close(&s->wire);
		/* the server of a pipe ends at EOF */
		spawn_bury(&s->pid, &s->old);
	}
	loop_timer_stop(&s->wait);
	restart_failed(&s->restart);
	s->first = NULL;
	s->last = &s->first;
	/* done() may ask new questions: those stand in the new list */
	while ((n = list) != NULL) {
		list = n->next;
		if (over || n->again) {
			fail(n);
			continue;
		}
		n->again = n->asked;
		n->asked = 0;
		n->next = NULL;
		*s->last = n;
		s->last = &n->next;
	}
	if (s->first != NULL)
		restart_wait(&s->restart, on_tick, s);
}

static void
on_wait(void *arg)
{
	struct signer *s = arg;

	warn("%s does not answer", name(s));
	if (s->pid > 0)
		kill(s->pid, SIGKILL);
	hang_up(s, 1);
}

static size_t
on_answer(void *arg, const char *p, size_t n)
{
	struct signer *s = arg;
	char text[SIGNING_ANSWER_MAX + 1];
	const char *got;
	size_t len, i;
	long r = netstring_whole(p, n, SIGNING_ANSWER_MAX, &got, &len);

	if (r == 0)
		return 0;
	if (r == -1 || len < 2 || memchr("KZD", got[0], 3) == NULL ||
	    s->first == NULL) {
		warn("%s answers nonsense", name(s));
		hang_up(s, 1);
		return 0;
	}
	for (i = 1; i < len; i++)
		text[i - 1] = got[i] >= ' ' && got[i] < 0x7f ? got[i] : '?';
	text[len - 1] = '\0';
	if (s->first->next == NULL)
		loop_timer_stop(&s->wait);
	else
		loop_timer_set(&s->wait, SIGNER_WAIT_MS, on_wait, s);
	answer(pop(s),
	    got[0] == 'K'       ? SIGNER_OK
		: got[0] == 'D' ? SIGNER_PERM
				: SIGNER_TEMP,
	    text, len - 1);
	return r;
}

static void
on_ended(void *arg, int err)
{
	struct signer *s = arg;

	(void)err;
	warn("%s has ended", name(s));
	hang_up(s, 0);
}

static void
on_gone(void *arg, int err)
{
	(void)arg;
	(void)err;
	/* its answers are read to the end, which comes */
}

static const struct wire_ops ops = {
	.record = on_answer, .ended = on_ended, .gone = on_gone
};

static int
connect_it(struct signer *s)
{
	char *argv[] = { "key-sign", (char *)s->keydir, NULL };
	struct dial_addr a = { .kind = DIAL_UNIX, .path = s->socket };
	struct dial_addr any = { .kind = DIAL_NONE };
	int to, from, local;

	if (s->socket == NULL) {
		s->pid = spawn_piped(argv, &to, &from);
		if (s->pid == -1)
			return -1;
	} else {
		a.path_len = strlen(s->socket);
		to = from = dial_start(&a, &any, &local);
		if (to == -1)
			return -1;
	}
	wire_open(&s->wire, from, to, &ops, s);
	s->up = 1;
	return 0;
}

static void
put(struct signer *s, struct signer_node *n)
{
	if (n->query == NULL)
		return;
	needs(signing_put(&s->wire.out, &n->query->request));
	wire_dirty(&s->wire);
	n->asked = 1;
	if (!loop_timer_active(&s->wait))
		loop_timer_set(&s->wait, SIGNER_WAIT_MS, on_wait, s);
}

/* forget those that were not asked and are not wanted any more */
static void
drop_unwanted(struct signer *s)
{
	struct signer_node **at = &s->first, *n;

	while ((n = *at) != NULL) {
		if (n->query != NULL || n->asked) {
			at = &n->next;
			continue;
		}
		*at = n->next;
		free(n);
	}
	s->last = at;
}

static void
on_tick(void *arg)
{
	struct signer *s = arg;
	struct signer_node *n;

	drop_unwanted(s);
	if (s->up || s->first == NULL)
		return;
	if (connect_it(s) == -1) {
		warn("unable to reach %s: %m", name(s));
		hang_up(s, 1);
		return;
	}
	for (n = s->first; n != NULL; n = n->next)
		put(s, n);
}

void
signer_ask(struct signer *s, struct signer_query *q)
{
	struct signer_node *n = need(calloc(1, sizeof *n));

	n->query = q;
	q->node = n;
	*s->last = n;
	s->last = &n->next;
	if (s->up)
		put(s, n);
	else if (!s->restart.waiting)
		restart_wait(&s->restart, on_tick, s);
}

void
signer_cancel(struct signer_query *q)
{
	if (q->node != NULL)
		q->node->query = NULL;
	q->node = NULL;
}

void
signer_close(struct signer *s)
{
	if (s->up)
		wire_close(&s->wire);
	s->up = 0;
	loop_timer_stop(&s->wait);
	restart_stop(&s->restart);
	spawn_bury(&s->pid, &s->old);
	while (s->first != NULL)
		free(pop(s));
}
