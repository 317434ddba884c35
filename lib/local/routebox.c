#include "local/routebox.h"
#include "base/die.h"
#include "base/exit.h"
#include "local/forward.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

void
routebox_open(struct routebox_conf *b, const char *confdir,
    const char *maildirs)
{
	struct stat st;

	b->boxes.users = &b->users;
	softtable_open(&b->users, confdir, "users");
	b->off = 0;
	if (maildirs == NULL) {
		if (snprintf(b->beside, sizeof b->beside, "%s/../mail",
			confdir) >= (int)sizeof b->beside)
			die(EXIT_PERM, "name too long: %s", confdir);
		b->off = stat(b->beside, &st) == -1 || !S_ISDIR(st.st_mode);
		maildirs = b->beside;
	}
	b->boxes.dir = strcmp(maildirs, "-") == 0 ? NULL : maildirs;
}

static void
later(struct buf *why)
{
	const char *reason = strerror(errno);

	buf_clear(why);
	needs(buf_printf(why,
	    "esc:4.3.0 class:local "
	    "text:unable to look for the mailbox: %s",
	    reason));
}

static enum routebox
find(struct routebox_conf *b, struct buf *said, const struct routing *w,
    struct buf *why)
{
	const struct slice user = { buf_data(&w->user), buf_len(&w->user) };
	const struct slice domain = { w->addr.domain, w->addr.domain_len };
	enum mailbox_answer a =
	    b->off ? MAILBOX_UNSURE : mailbox_find(&b->boxes, user, domain);
	enum routebox r = ROUTEBOX_GOES;
	const char *text = "has a mailbox";

	if (b->off)
		text = "not looked at: say where the Maildirs are, -M";
	else if (a == MAILBOX_UNSURE && (errno == EACCES || errno == EPERM))
		text = "not looked at: this user may not enter the Maildirs";
	else if (a == MAILBOX_LISTED)
		text = "is known, its first message makes the mailbox";
	else if (a == MAILBOX_NONE) {
		r = ROUTEBOX_NEVER;
		text = "no such mailbox";
	} else if (a == MAILBOX_UNSURE) {
		r = ROUTEBOX_LATER;
		later(why);
		text = "cannot be looked up now";
	}
	needs(buf_printf(said, "mailbox: %.*s: %s\n", (int)user.n, user.p,
	    text));
	return r;
}

/* several get it: one that is there will do */
static enum routebox
find_members(struct routebox_conf *b, struct buf *said,
    const struct routing_conf *c, const struct routing *w,
    const struct routing_job *job, struct buf *why)
{
	static struct routing member;
	const char *p = buf_data(&w->alias.forward);
	const char *end = p + buf_len(&w->alias.forward);
	enum routebox best = ROUTEBOX_NEVER, one;
	struct routing_job j = *job;

	if (w->alias.keep)
		best = find(b, said, w, why);
	if (buf_len(&w->alias.command) > 0)
		best = ROUTEBOX_GOES;
	while (forward_word(&p, end, &j.to.p, &j.to.n)) {
		routing_decide(&member, c, &j);
		one = member.what == ROUTING_BOUNCED ? ROUTEBOX_NEVER
		    : member.what == ROUTING_LOCAL && !member.several
		    ? find(b, said, &member, why)
		    : ROUTEBOX_GOES;
		if (one == ROUTEBOX_GOES || best == ROUTEBOX_NEVER)
			best = one;
	}
	return best;
}

enum routebox
routebox_ask(struct routebox_conf *b, struct buf *said,
    const struct routing_conf *c, const struct routing *w,
    const struct routing_job *job, struct buf *why)
{
	enum routebox r = w->several ? find_members(b, said, c, w, job, why)
				     : find(b, said, w, why);

	if (r == ROUTEBOX_NEVER) {
		buf_clear(why);
		needs(buf_puts(why,
		    "esc:5.1.1 class:local "
		    "text:no such mailbox"));
	}
	return r;
}
