#include "chain/injector.h"
#include "base/die.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void
on_deadline(void *arg)
{
	struct injector *i = arg;

	warn("%s does not answer", i->chain.argv[0]);
	handover_reset(&i->chain);
}

/* wait for the next receipt, if one is owed */
static void
watch(struct injector *i)
{
	if (injector_idle(i))
		loop_timer_stop(&i->deadline);
	else
		loop_timer_set(&i->deadline, INJECTOR_TIMEOUT_MS, on_deadline,
		    i);
}

static void
finish(struct injector_parcel *p, enum receipt_kind kind, const char *text,
    size_t n)
{
	p->done(p->arg, kind, text, n);
	buf_free(&p->item.env);
	buf_free(&p->item.text);
	buf_free(&p->item.after);
	if (p->item.fd != -1)
		close(p->item.fd);
	free(p);
}

static void
on_receipt(struct handover_item *item, enum receipt_kind kind, const char *text,
    size_t n)
{
	struct injector_parcel *p = (struct injector_parcel *)item;

	watch(p->owner);
	finish(p, kind, text, n);
}

void
injector_init(struct injector *i, char *const argv[])
{
	memset(i, 0, sizeof *i);
	handover_init(&i->chain, argv, 1);
}

static void
refuse(struct injector_parcel *p, const char *text)
{
	finish(p, RECEIPT_TEMP, text, strlen(text));
}

void
injector_send(struct injector *i, struct injector_parcel *p)
{
	const char *name = i->chain.argv[0];

	p->owner = i;
	p->item.done = on_receipt;
	p->item.fd = -1;
	p->item.file_off = p->off;
	p->item.file_len = p->path == NULL ? 0 : p->len;
	if (p->path != NULL) {
		p->item.fd = open(p->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
		if (p->item.fd == -1) {
			warn("unable to read %s: %m", p->path);
			refuse(p, "4.3.0 unable to read the message");
			return;
		}
		p->path = NULL;
	}
	if (handover_start(&i->chain) == -1) {
		/* 0: it is waiting for its next start */
		if (errno != 0)
			warn("unable to run %s: %m",
			    name == NULL ? "(none)" : name);
		refuse(p, "4.3.0 unable to reach the next link");
		return;
	}
	if (handover_put(&i->chain, &p->item) == -1)
		refuse(p, "4.3.0 the next link has ended");
	else if (!loop_timer_active(&i->deadline))
		watch(i);
}

void
injector_close(struct injector *i)
{
	i->chain.stopping = 1; /* no new start */
	handover_reset(&i->chain);
	loop_timer_stop(&i->deadline);
}
