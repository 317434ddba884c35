#include "feedback/feedsite.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/fd.h"
#include "feedback/feedevent.h"
#include "local/maildir.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SECONDS_A_DAY = 86400 };

/* the Maildir */

/* how many wait for a person, as far as it matters */
static uint64_t
count(int maildir)
{
	int fd = openat(maildir, "new", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd == -1 ? NULL : fdopendir(fd);
	struct dirent *e;
	uint64_t n = 0;

	if (dir == NULL) {
		fd_drop(&fd);
		return 0;
	}
	while (n < FEEDSITE_KEPT_MAX && (e = readdir(dir)) != NULL)
		n += e->d_name[0] != '.';
	closedir(dir);
	return n;
}

/* the folder in which it stands, then it; -1 with errno */
static int
open_below(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *parent;
	int base, fd, e;

	parent = slash == NULL ? strdup(".")
			       : strndup(path, (size_t)(slash - path) + 1);
	base = parent == NULL
	    ? -1
	    : open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(parent);
	if (base == -1)
		return -1;
	fd = maildir_open(base, slash == NULL ? path : slash + 1, 1);
	e = errno;
	close(base);
	errno = e;
	return fd;
}

int
feedsite_maildir(struct feedsite *s, const char *path)
{
	s->maildir = -1;
	s->maildir_path = path;
	if (path == NULL)
		return 0;
	s->maildir = open_below(path);
	if (s->maildir == -1)
		return -1;
	s->kept = count(s->maildir);
	s->counted_ms = clock_mono_ms();
	return 0;
}

/* there is room for one more, or a person has made some */
static int
has_room(struct feedsite *s)
{
	int64_t now = clock_mono_ms();

	if (s->kept < FEEDSITE_KEPT_MAX)
		return 1;
	if (now - s->counted_ms < FEEDSITE_COUNT_MS)
		return 0;
	s->counted_ms = now;
	s->kept = count(s->maildir);
	if (s->kept < FEEDSITE_KEPT_MAX)
		return 1;
	warn("%s has %d messages that nobody has looked at", s->maildir_path,
	    FEEDSITE_KEPT_MAX);
	return 0;
}

/* whole, with who sent it and where it came to in front; name receives that of
 * its file */
static int
keep(struct feedsite *s, const struct feedmail *m, char name[MAILDIR_NAME_MAX])
{
	static struct maildir_batch batch;
	struct maildir_source from = { .path = "/dev/null" };
	struct buf b = { 0 };
	struct maildir_item *item = NULL;
	int dir, e = 0;

	if (!has_room(s)) {
		errno = EDQUOT;
		return -1;
	}
	needs(buf_printf(&b, "Return-Path: <%.*s>\nDelivered-To: %.*s\n",
	    m->from.p == NULL ? 0 : (int)m->from.n,
	    m->from.p == NULL ? "" : m->from.p, (int)m->to.n,
	    m->to.p == NULL ? "" : m->to.p));
	needs(buf_put(&b, m->p, m->n));
	from.before = buf_data(&b);
	from.before_len = buf_len(&b);
	dir = fcntl(s->maildir, F_DUPFD_CLOEXEC, 3);
	batch.n = 0;
	if (dir != -1)
		item = maildir_add(&batch, dir, &from, clock_wall_us());
	if (item == NULL) {
		e = errno;
	} else {
		maildir_commit(&batch);
		e = item->error;
		memcpy(name, item->name, MAILDIR_NAME_MAX);
		s->kept += e == 0;
	}
	buf_free(&b);
	errno = e;
	return e == 0 ? 0 : -1;
}

/* a message */

static int
keep_and_tell(struct feedsite *s, const struct feedmail *m,
    const struct feedevent *e, struct buf *lines, const char *why)
{
	char name[MAILDIR_NAME_MAX];

	if (s->maildir != -1 && keep(s, m, name) == -1)
		return -1;
	feedevent_kept(lines, e, s->maildir == -1 ? NULL : name, why);
	return 0;
}

static int
events(struct feedsite *s, const struct feedmail *m, struct feedevent *e,
    struct buf *lines)
{
	switch (feedevent_put(lines, e)) {
	case FEEDEVENT_DONE: break;
	case FEEDEVENT_UNTIED:
		return keep_and_tell(s, m, e, lines, "not all of it is tied");
	case FEEDEVENT_UNREAD:
		return keep_and_tell(s, m, e, lines,
		    e->mail->kind == MAILKIND_BOUNCE ? "it names no recipient"
						     : "no report");
	}
	return 0;
}

int
feedsite_take(struct feedsite *s, const struct feedmail *m, struct buf *lines,
    char *id)
{
	int64_t now = s->now > 0 ? s->now : clock_wall_s();
	struct tie_facts facts = { .keys = &s->keys.keys,
		.today = (unsigned)(now / SECONDS_A_DAY),
		.days = s->days,
		.address = m->to,
		.unsubscribe = m->address.kind == CONFFEEDBACK_UNSUBSCRIBE };
	struct conffeedback whose = m->address;
	struct mailread mail;
	struct tie t;
	struct feedevent e = { .mail = &mail,
		.message = m->p,
		.n = m->n,
		.tie = &t,
		.address = &whose,
		.came_to = m->to,
		.from = m->from,
		.labels = m->labels,
		.classes = &s->classes,
		.unsubscribe = facts.unsubscribe };
	int r;

	memset(&mail, 0, sizeof mail);
	r = mailread(&mail, m->p, m->n,
	    m->from.p == NULL ? -1 : m->from.n == 0);
	if (r == 0) {
		tie(&t, &facts, &mail);
		feedevent_eid(id, &e, "receipt", 0);
		if (m->table != NULL)
			r = conffeedback_list(m->table, t.token.list, &whose);
		if (r == -1)
			errno = EIO;
		else
			r = events(s, m, &e, lines);
	}
	mailread_free(&mail);
	return r;
}
