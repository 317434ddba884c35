/* queue-check - make, test and mend a queue */
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/folder.h"
#include "base/out.h"
#include "format/ltsv.h"
#include "queue/check.h"
#include "queue/layout.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

static const char usage[] = "queue-check [-ir] QUEUE";

enum { OUT_BYTES = 65536 };

static struct buf out;
static int damaged;

static void
print(void *arg, const char *path, enum check_state state, const char *text,
    int repaired)
{
	(void)arg;
	if (!check_explained(state) && !repaired)
		damaged = 1;
	if (ltsv_puts(&out, "state", check_state_name(state)) == -1 ||
	    ltsv_puts(&out, "file", path) == -1 ||
	    ltsv_puts(&out, "text", text) == -1 ||
	    (repaired && ltsv_puts(&out, "repaired", "1") == -1) ||
	    ltsv_end(&out) == -1)
		die(EXIT_TEMP, "out of memory");
	if (buf_len(&out) >= OUT_BYTES)
		out_flush_plain(&out);
}

static void
summary(const struct check *c)
{
	static const char states[] = "QHSBXK";
	uint64_t messages = c->count[CHECK_WAITING] + c->count[CHECK_DONE];
	unsigned i;
	int k = ltsv_putnum(&out, "messages", messages);

	k |= ltsv_putnum(&out, "bytes", c->bytes);
	for (i = 0; states[i] != '\0'; i++)
		k |=
		    ltsv_putnum(&out, store_state_name(states[i]), c->rcpts[i]);
	for (i = CHECK_DONE; i < CHECK_STATES; i++)
		k |= ltsv_putnum(&out, check_state_name(i), c->count[i]);
	k |= ltsv_putnum(&out, "repaired", c->repaired);
	if ((k | ltsv_end(&out)) != 0)
		die(EXIT_TEMP, "out of memory");
	out_flush_plain(&out);
}

/* mending is for a queue at rest */
static void
take_lock(const struct queuereader *s, const char *queue)
{
	int fd = openat(s->root, "lock", O_RDWR | O_CLOEXEC);

	if (fd == -1 && errno == ENOENT)
		return;
	if (fd == -1 || flock(fd, LOCK_EX | LOCK_NB) == -1)
		die(EXIT_TEMP,
		    errno == EWOULDBLOCK
			? "%s/lock is held: stop queue-run first"
			: "unable to lock %s/lock: %m",
		    queue);
}

int
main(int argc, char **argv)
{
	struct check c = { .found = print };
	struct queuereader store;
	const char *what;
	int o, make = 0;

	prog_init(argv);
	opterr = 0;
	while ((o = getopt(argc, argv, "+ir")) != -1)
		switch (o) {
		case 'i': make = 1; break;
		case 'r': c.repair = 1; break;
		default: die_usage(usage);
		}
	if (argc - optind != 1)
		die_usage(usage);
	/* root does there what its owner might do */
	if (folder_settle(argv[optind]) == -1 && !(make && errno == ENOENT))
		die(EXIT_TEMP, "unable to open queue %s: %m", argv[optind]);
	if (make && layout_make(argv[optind], &what) == -1)
		die(EXIT_TEMP, "unable to make %s: %m", what);
	if (make && !c.repair)
		return EXIT_OK;
	if (queuereader_open(&store, argv[optind]) == -1)
		die(EXIT_TEMP, "unable to open queue %s: %m", argv[optind]);
	if (c.repair)
		take_lock(&store, argv[optind]);
	c.now_s = clock_wall_s();
	if (check_run(&c, &store) == -1) {
		out_flush_plain(&out);
		die(EXIT_TEMP, "unable to read queue %s: %m", argv[optind]);
	}
	summary(&c);
	return damaged ? EXIT_PERM : EXIT_OK;
}
