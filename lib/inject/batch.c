#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "chain/event.h"
#include "inject/inject.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

/* queue-run learns of new messages; when it is not there or its FIFO is
 * full it finds them by itself */
void
inject_tell(struct inject *j)
{
	enum { PIECE = PIPE_BUF - PIPE_BUF % (NAME_LEN + 1) };
	size_t n;

	if (buf_len(&j->ids) == 0)
		return;
	if (j->fifo == -1)
		j->fifo = openat(j->in.commit.root, "trigger",
		    O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	while (j->fifo != -1 && (n = buf_len(&j->ids)) > 0) {
		if (n > PIECE)
			n = PIECE;
		if (write(j->fifo, buf_data(&j->ids), n) == -1) {
			if (errno == EINTR)
				continue;
			if (errno != EAGAIN) {
				close(j->fifo);
				j->fifo = -1;
			}
			break;
		}
		buf_consume(&j->ids, n);
	}
	buf_clear(&j->ids);
}

static void
log_accepted(const struct inject *j, const struct intake_done *d)
{
	static const char *const labels[] = { "client", "client-name", "helo",
		"proto", "user", "uid", "tls", "tls-cert", "tenant", "prio",
		"key", "tag", "hold-until", "of", "spf", "dkim", "dmarc", "arc",
		"iprev", "uuid", "ms-receive", NULL };
	const char *p = buf_data(&j->in.env) + d->env_at, *end = p + d->env_len;
	struct ltsv_field from = { "from", "", 4, 0 }, to = { "to", "", 2, 0 },
			  f;
	const char *start = p;
	struct parcel_line l;
	unsigned i;

	while (p < end && parcel_next(&p, end, &l) == 1) {
		if (parcel_is(&l, "from")) {
			from.value = l.value;
			from.value_len = l.value_len;
		} else if (parcel_is(&l, "to")) {
			to.value = l.value;
			to.value_len = parcel_address(l.value, l.value_len);
			if (d->rcpts > 1)
				break;
		}
	}
	event_begin("accepted");
	event_puts("id", d->id);
	event_copy(&from);
	if (d->rcpts == 1)
		event_copy(&to);
	event_num("rcpts", d->rcpts);
	event_num("size", d->size);
	for (p = start; p < end && parcel_next(&p, end, &l) == 1;) {
		for (i = 0; labels[i] != NULL && !parcel_is(&l, labels[i]); i++)
			;
		if (labels[i] == NULL)
			continue;
		f = (struct ltsv_field){ l.key, l.value, l.key_len,
			l.value_len };
		event_copy(&f);
	}
	event_end();
}

static void
answer(struct inject *j, const struct intake_done *d)
{
	struct inject_conn *c = d->owner;

	if (d->kind == RECEIPT_OK && !d->probe &&
	    (buf_put(&j->ids, d->id, NAME_LEN) == -1 ||
		buf_putc(&j->ids, '\n') == -1))
		die(EXIT_TEMP, "out of memory");
	if (c == NULL || c->wire.wfd == -1)
		return;
	if (receipt_put(&c->wire.out, d->kind,
		d->kind == RECEIPT_OK ? d->id : d->text) == -1)
		die(EXIT_TEMP, "out of memory");
	wire_dirty(&c->wire);
	if (wire_full(&c->wire))
		wire_pause(&c->wire);
}

/* the order is the promise: sync, log, receipts */
void
inject_commit(struct inject *j)
{
	unsigned i;

	if (j->in.n_done == 0)
		return;
	loop_timer_stop(&j->kick);
	if (intake_commit(&j->in) == -1)
		warn("unable to sync, batch given up: %m");
	for (i = 0; i < j->in.n_done; i++)
		if (j->in.done[i].kind == RECEIPT_OK && !j->in.done[i].probe)
			log_accepted(j, &j->in.done[i]);
	event_flush();
	for (i = 0; i < j->in.n_done; i++)
		answer(j, &j->in.done[i]);
	intake_clear(&j->in);
}

static void
nothing(void *arg)
{
	(void)arg;
}

void
inject_arrived(struct inject *j)
{
	if (j->in.n_done == 0 || loop_timer_active(&j->kick))
		return;
	j->batch_ms = clock_mono_ms();
	loop_timer_set(&j->kick, 0, nothing, NULL);
}

/* much came just now: there may be more, and it can go with this batch */
static int
more_may_come(struct inject *j)
{
	uint64_t bytes = j->in.bytes + buf_len(&j->in.env);

	if (j->in.n_done > 0 && bytes >= j->gathered + INJECT_GATHER_BYTES &&
	    !intake_full(&j->in) &&
	    clock_mono_ms() - j->batch_ms < INJECT_GATHER_MS) {
		j->gathered = bytes;
		loop_timer_set(&j->kick, 0, nothing, NULL);
		return 1;
	}
	j->gathered = 0;
	return 0;
}

void
inject_before_wait(void *arg)
{
	struct inject *j = arg;

	if (!j->ending && more_may_come(j))
		return;
	do {
		inject_commit(j);
		wire_flush_all();
	} while (j->in.n_done > 0);
	inject_tell(j);
	if (j->settled != NULL)
		j->settled(j);
}

void
inject_start(struct inject *j)
{
	j->fifo = -1;
	event_gather();
	loop_hook_start(&j->hook, inject_before_wait, j);
	/* one before us may have died between its sync and its telling: an
	 * empty line in the FIFO asks queue-run to look */
	if (buf_putc(&j->ids, '\n') == -1)
		die(EXIT_TEMP, "out of memory");
	inject_tell(j);
}
