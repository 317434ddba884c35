#include "base/out.h"
#include "base/exit.h"
#include "says.h"
#include "tap.h"
#include <fcntl.h>

struct use {
	const char *to; /* a path; NULL: what is looked at */
	int plain, gathered;
	const char *bytes;
};

static void
put(const void *arg)
{
	const struct use *u = arg;
	struct buf b = { 0 };
	int fd = u->to == NULL ? 2 : open(u->to, O_WRONLY | O_CLOEXEC);

	dup2(fd, 1);
	if (u->gathered) {
		buf_puts(&b, u->bytes);
		(u->plain ? out_flush_plain : out_flush)(&b);
		dprintf(2, " %zu", buf_len(&b));
	} else {
		(u->plain ? out_plain : out_bytes)(u->bytes, strlen(u->bytes));
	}
}

#define FULL "rohrpost: fatal: unable to write: No space left on device\n"

static const struct {
	struct use use;
	const char *says;
} cases[] = {
	{ { NULL, 0, 0, "a\033\n" }, "a\033\n" },
	{ { NULL, 0, 0, "" }, "" },
	{ { NULL, 1, 0, "a\033\n" }, "a\\x1b\n" },
	{ { NULL, 0, 1, "a\033\n" }, "a\033\n 0" },
	{ { NULL, 1, 1, "a\033\n" }, "a\\x1b\n 0" },
	{ { NULL, 1, 1, "" }, " 0" },
	{ { "/dev/full", 0, 0, "a" }, FULL },
	{ { "/dev/full", 1, 0, "a" }, FULL },
	{ { "/dev/full", 0, 1, "a" }, FULL },
	{ { "/dev/full", 1, 1, "a" }, FULL },
};

int
main(void)
{
	size_t i;
	int status;

	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		is_str(says(put, &cases[i].use, &status), cases[i].says,
		    "what comes");
		is_num(status, cases[i].use.to == NULL ? EXIT_OK : EXIT_TEMP,
		    "and how it ends");
	}
	return done();
}
