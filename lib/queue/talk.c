#include "queue/talk.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/folder.h"
#include "base/out.h"
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int
talk_open(struct ask *a, const char *queue, int *root)
{
	*root = folder_settle(queue) == -1
	    ? -1
	    : open(queue, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*root == -1)
		die(EXIT_TEMP, "unable to open queue %s: %m", queue);
	if (ask_open(a, *root) == 0)
		return 1;
	if (!ask_nobody(errno))
		die(EXIT_TEMP, "unable to connect to %s/ctl: %m", queue);
	return 0;
}

void
talk_ask(struct ask *a, const struct ctlrequest *o, size_t at, size_t n,
    void (*each)(const char *, size_t), struct ask_end *sum)
{
	static struct ltsv l;
	const char *line;
	ssize_t len;

	if (ask_put(a, o, at, n) == -1)
		die(errno == EMSGSIZE ? EXIT_PERM : EXIT_TEMP,
		    errno == EMSGSIZE ? "selectors are too long for a request"
				      : "unable to write to queue-run: %m");
	while ((len = ask_line(a, &line)) > 0) {
		if (ltsv_parse(line, len, &l) == -1 || !ask_end(&l, sum)) {
			each(line, len);
			continue;
		}
		if (sum->ok)
			return;
		out_plain(line, len);
		_exit(EXIT_PERM);
	}
	die(EXIT_TEMP, "queue-run went away before it had answered");
}
