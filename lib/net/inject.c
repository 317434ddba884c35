#include "net/inject.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/spawn.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void
parcel_free(struct inject_parcel *p)
{
	buf_free(&p->env);
	buf_free(&p->before);
	buf_free(&p->after);
	free(p->path);
	free(p);
}

/* answer the oldest parcel */
static void
answer(struct inject *i, enum receipt_kind kind, const char *text, size_t len)
{
	struct inject_parcel *p = i->first;

	i->first = p->next;
	if (i->first == NULL)
		i->last = &i->first;
	if (i->sending == p)
		i->sending = NULL;
	i->n--;
	p->done(p->arg, kind, text, len);
	parcel_free(p);
}

/* a chain ends at EOF, and is buried when the one after it has died too */
static void
leave(struct inject *i)
{
	if (i->pid <= 0)
		return;
	if (i->old > 0 && waitpid(i->old, NULL, WNOHANG) == 0) {
		kill(i->old, SIGKILL);
		waitpid(i->old, NULL, 0);
	}
	i->old = waitpid(i->pid, NULL, WNOHANG) == 0 ? i->pid : 0;
	i->pid = 0;
}

/* the chain is of no more use */
static void
hang_up(struct inject *i, const char *text)
{
	unsigned n = i->n;

	if (i->fd != -1)
		close(i->fd);
	i->fd = -1;
	i->sending = NULL;
	if (i->up)
		wire_close(&i->wire);
	i->up = 0;
	loop_timer_stop(&i->deadline);
	leave(i);
	/* not those that done() hands over again */
	for (; n > 0 && i->first != NULL; n--)
		answer(i, RECEIPT_TEMP, text, strlen(text));
}

static void
on_deadline(void *arg)
{
	warn("next link does not answer");
	hang_up(arg, "4.3.0 the next link does not answer");
}

static size_t
on_receipt(void *arg, const char *p, size_t n)
{
	struct inject *i = arg;
	enum receipt_kind kind;
	const char *text;
	size_t len;
	long r = receipt_get(p, n, &kind, &text, &len);

	if (r == 0)
		return 0;
	/* a receipt for a parcel that is not whole yet is a refusal, and
	 * the chain cannot be kept in step after it */
	if (r == -1 || i->first == NULL ||
	    (i->sending == i->first && kind == RECEIPT_OK)) {
		warn("next link answers nonsense");
		hang_up(i, "4.3.0 the next link answers nonsense");
		return 0;
	}
	if (i->sending == i->first) {
		answer(i, kind, text, len);
		hang_up(i, "4.3.0 the next link has stopped reading");
		return 0;
	}
	answer(i, kind, text, len);
	if (i->n > 0)
		loop_timer_set(&i->deadline, INJECT_TIMEOUT_MS, on_deadline,
		    i);
	else
		loop_timer_stop(&i->deadline);
	return r;
}

static void
on_ended(void *arg, int err)
{
	struct inject *i = arg;

	(void)err;
	if (i->n > 0)
		warn("next link has ended");
	hang_up(i, "4.3.0 the next link has ended");
}

/* receipts may still come: they are read to the end */
static void
on_gone(void *arg, int err)
{
	(void)arg;
	(void)err;
}

/* write what the chain takes of the parcel: 1 when that was all of it, 0
 * when the chain is full, -1 when the file is not what it was */
static int
pump(struct inject *i)
{
	char block[INJECT_READ];
	ssize_t r;
	size_t n;

	while (i->left > 0) {
		if (wire_full(&i->wire))
			return 0;
		n = i->left < sizeof block ? i->left : sizeof block;
		r = pread(i->fd, block, n, i->at);
		if (r <= 0)
			return -1;
		wire_put(&i->wire, block, r);
		i->at += r;
		i->left -= r;
	}
	if (i->fd != -1)
		close(i->fd);
	i->fd = -1;
	wire_put(&i->wire, buf_data(&i->sending->after),
	    buf_len(&i->sending->after));
	wire_put(&i->wire, ",", 1);
	return 1;
}

/* begin the next parcel on the wire */
static int
begin(struct inject *i, struct inject_parcel *p)
{
	struct buf head = { 0 };

	if (p->path != NULL) {
		i->fd = open(p->path, O_RDONLY | O_CLOEXEC);
		if (i->fd == -1)
			return -1;
	}
	i->at = p->off;
	i->left = p->path == NULL ? 0 : p->len;
	if (parcel_head(&head, &p->env, buf_len(&p->before) + i->left +
		    buf_len(&p->after)) == -1)
		die(EXIT_TEMP, "out of memory");
	wire_put(&i->wire, buf_data(&head), buf_len(&head));
	wire_put(&i->wire, buf_data(&p->before), buf_len(&p->before));
	buf_free(&head);
	i->sending = p;
	return 0;
}

/* write parcels from p on, which is none or all of the one on its way */
static void
work(struct inject *i, struct inject_parcel *p)
{
	while (i->up && p != NULL) {
		if (i->sending == NULL && begin(i, p) == -1) {
			warn("unable to read %s: %m", p->path);
			hang_up(i, "4.3.0 unable to read the message");
			return;
		}
		switch (pump(i)) {
		case 0:
			return;
		case -1:
			warn("unable to read %s", i->sending->path);
			hang_up(i, "4.3.0 unable to read the message");
			return;
		}
		p = i->sending->next;
		i->sending = NULL;
	}
}

static void
on_drained(void *arg)
{
	struct inject *i = arg;

	if (i->sending != NULL)
		work(i, i->sending);
}

static const struct wire_ops ops = { on_receipt, on_ended, on_gone,
	on_drained };

static int
start(struct inject *i)
{
	int to, from;

	i->pid = spawn_next(i->argv, &to, &from);
	if (i->pid == -1) {
		i->pid = 0;
		warn("unable to run %s: %m",
		    i->argv[0] == NULL ? "(no next link given)" : i->argv[0]);
		return -1;
	}
	wire_open(&i->wire, from, to, &ops, i);
	i->up = 1;
	return 0;
}

void
inject_init(struct inject *i, char *const argv[])
{
	memset(i, 0, sizeof *i);
	i->argv = argv;
	i->last = &i->first;
	i->fd = -1;
}

void
inject_send(struct inject *i, struct inject_parcel *p)
{
	p->next = NULL;
	*i->last = p;
	i->last = &p->next;
	i->n++;
	if (!i->up && start(i) == -1) {
		hang_up(i, "4.3.0 unable to reach the next link");
		return;
	}
	if (!loop_timer_active(&i->deadline))
		loop_timer_set(&i->deadline, INJECT_TIMEOUT_MS, on_deadline,
		    i);
	if (i->sending == NULL)
		work(i, p);
}

void
inject_close(struct inject *i)
{
	hang_up(i, "4.3.0 stopped before the receipt came");
}
