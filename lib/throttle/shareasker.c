#include "throttle/shareasker.h"
#include "base/die.h"
#include "base/exit.h"
#include "chain/dial.h"
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

static void dial(void *arg);

/* told once, until it serves again */
static void
failed(struct shareasker *a, int err)
{
	if (!a->told)
		warn("%s: %s; nothing goes that is under a shared limit",
		    a->path, err == 0 ? "it has hung up" : strerror(err));
	a->told = 1;
	restart_failed(&a->again);
	restart_wait(&a->again, dial, a);
}

static void
ended(void *arg, int err)
{
	struct shareasker *a = arg;

	wire_close(&a->wire);
	a->up = 0;
	a->unheard(a->arg);
	failed(a, err);
}

static size_t
heard(void *arg, const char *p, size_t n)
{
	static struct ltsv l;
	struct shareasker *a = arg;
	size_t used = shareline_whole(p, n);
	struct lease_answer answer;
	uint32_t id;

	if (used == 0)
		return 0;
	restart_good(&a->again);
	a->told = 0;
	if (ltsv_parse(p, used, &l) == 0 &&
	    shareline_read_answer(&l, &id, &answer) == 0)
		a->answered(a->arg, id, &answer);
	return used;
}

static const struct wire_ops ops = {
	.record = heard, .ended = ended, .gone = ended
};

static void
dial(void *arg)
{
	struct shareasker *a = arg;
	int fd = dial_path(a->path);

	if (fd == -1) {
		failed(a, errno);
		return;
	}
	wire_open(&a->wire, fd, fd, &ops, a);
	a->wire.record_max = LTSV_LINE_MAX;
	a->up = 1;
	a->unheard(a->arg);
}

void
shareasker_open(struct shareasker *a, const char *path, uint64_t who,
    uint64_t name)
{
	char text[SHARELINE_WHO + 1];

	snprintf(text, sizeof text, "%016" PRIx64, who);
	memcpy(a->who, text, SHARELINE_WHO);
	snprintf(text, sizeof text, "%016" PRIx64, name);
	memcpy(a->name, text, SHARELINE_WHO);
	a->path = path;
	a->again.first_ms = SHAREASKER_AGAIN_MS;
	a->again.max_ms = SHAREASKER_AGAIN_MAX_MS;
	dial(a);
}

void
shareasker_ask(struct shareasker *a, const struct limitshare_question *q)
{
	if (!a->up)
		return;
	if (shareline_question(&a->wire.out,
		q->kind >= LIMITSHARE_CAP ? a->name : a->who, q) == -1)
		die(EXIT_TEMP, "out of memory");
	wire_dirty(&a->wire);
}

void
shareasker_close(struct shareasker *a)
{
	const struct buf *last = &a->wire.out;

	restart_stop(&a->again);
	if (a->up) {
		/* what does not fit now is not said */
		if (buf_len(last) > 0)
			(void)send(a->wire.wfd, buf_data(last), buf_len(last),
			    MSG_DONTWAIT | MSG_NOSIGNAL);
		wire_close(&a->wire);
	}
	a->up = 0;
}
