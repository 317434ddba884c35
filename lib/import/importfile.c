#include "import/importfile.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/newfile.h"
#include "base/out.h"
#include "base/plain.h"
#include "conf/local.h"
#include "failure/failurefile.h"
#include "failure/replyfile.h"
#include "queue/retry.h"
#include "route/aliasfile.h"
#include "route/pools.h"
#include "route/prohibited.h"
#include "route/providerfile.h"
#include "route/routefile.h"
#include "throttle/throttlefile.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const struct conffile *const importfile_subjects[IMPORT_NAMES] = {
	&conffile_local, &conffile_aliases, &conffile_routes, &conffile_pools,
	&conffile_providers, &conffile_throttle, &conffile_retry,
	&conffile_classes, &conffile_replies, &conffile_prohibited
};

void
importfile_read(struct wholefile *w, const char *path)
{
	int in = strcmp(path, "-") == 0;
	int fd = in ? 0 : open(path, O_RDONLY | O_CLOEXEC);

	if (fd == -1 || wholefile_open(w, fd, "/tmp") == -1)
		die(EXIT_TEMP, "unable to read %s: %m", path);
	if (w->n > IMPORTFILE_BYTES_MAX)
		die(EXIT_PERM, "%s has more than 64 MiB", path);
	if (!in)
		close(fd);
}

void
importfile_print(struct import *m)
{
	struct buf b = { 0 };
	enum import_name i;

	for (i = 0; i < IMPORT_NAMES; i++) {
		if (buf_len(&m->out[i].text) == 0)
			continue;
		needs(buf_printf(&b, "# file %s\n", m->subject[i]->name));
		out_flush(&b);
		out_flush(&m->out[i].text);
	}
}

void
importfile_write(struct import *m, const char *dir)
{
	enum import_name i;

	if (mkdir(dir, 0777) == -1)
		die(errno == EEXIST ? EXIT_PERM : EXIT_TEMP,
		    "unable to make %s: %m", dir);
	for (i = 0; i < IMPORT_NAMES; i++)
		if (buf_len(&m->out[i].text) > 0 &&
		    newfile_put(dir, m->subject[i]->name, &m->out[i].text) ==
			-1)
			die(EXIT_TEMP, "unable to write %s/%s: %m", dir,
			    m->subject[i]->name);
}

void
importfile_told(void *arg, const struct import_at *at, const char *text,
    size_t n)
{
	struct buf b = { 0 };

	(void)arg;
	needs(buf_printf(&b, "%s: %s", prog_name, at->file));
	if (at->line > 0)
		needs(buf_printf(&b, ":%u", at->line));
	needs(buf_puts(&b, ": "));
	needs(buf_put(&b, text, n));
	needs(buf_putc(&b, '\n'));
	plain_write(2, buf_data(&b), buf_len(&b));
	buf_free(&b);
}
