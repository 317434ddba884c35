#include "local/mailbox.h"
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>

/* what stands under the user's name */
static enum mailbox_answer
look(const struct mailbox_conf *c, struct slice user)
{
	char path[PATH_MAX];
	size_t n = strlen(c->dir);
	struct stat st;

	if (n + 1 + user.n >= sizeof path) {
		errno = ENAMETOOLONG;
		return MAILBOX_UNSURE;
	}
	/* for each recipient: no snprintf */
	memcpy(path, c->dir, n);
	path[n] = '/';
	memcpy(path + n + 1, user.p, user.n);
	path[n + 1 + user.n] = '\0';
	if (lstat(path, &st) == -1)
		return errno == ENOENT ? MAILBOX_NONE : MAILBOX_UNSURE;
	if (S_ISDIR(st.st_mode) || S_ISLNK(st.st_mode))
		return MAILBOX_HERE;
	errno = ENOTDIR;
	return MAILBOX_UNSURE;
}

/* is there anything but files?  Where that cannot be read, it is believed */
static int
has_folder(const char *path)
{
	DIR *d = opendir(path);
	int found = d == NULL;
	struct dirent *e;

	while (!found && (e = readdir(d)) != NULL)
		found = e->d_name[0] != '.' && e->d_type != DT_REG;
	if (d != NULL)
		closedir(d);
	return found;
}

/* are there Maildirs at all?  A directory has a link from each one in it,
 * where the file system counts them; btrfs and overlays do not */
static enum mailbox_answer
look_around(const struct mailbox_conf *c)
{
	struct stat st;

	if (stat(c->dir, &st) == -1)
		return MAILBOX_UNSURE;
	errno = ENOTDIR;
	if (!S_ISDIR(st.st_mode))
		return MAILBOX_UNSURE;
	if (st.st_nlink > 2 || (c->users != NULL && !softtable_empty(c->users)))
		return MAILBOX_NONE;
	if (st.st_nlink < 2 && has_folder(c->dir))
		return MAILBOX_NONE;
	errno = ENOENT;
	return MAILBOX_UNSURE;
}

static enum mailbox_answer
ask_system(struct slice user)
{
	char name[USERS_NAME_MAX + 1];

	memcpy(name, user.p, user.n);
	name[user.n] = '\0';
	errno = 0;
	if (getpwnam(name) != NULL)
		return MAILBOX_LISTED;
	/* getpwnam(3) has these for one that is not there */
	if (errno == 0 || errno == ENOENT || errno == ESRCH || errno == EBADF ||
	    errno == EPERM)
		return MAILBOX_NONE;
	return MAILBOX_UNSURE;
}

void
mailbox_prepare(const struct mailbox_conf *c)
{
	struct lookup l;

	if (c->users == NULL)
		return;
	l = softtable_lookup(c->users);
	/* nobody has this name: so all that are asked are loaded */
	if (users_system(&l) == 1)
		(void)getpwnam("-");
}

static enum mailbox_answer
ask_list(const struct mailbox_conf *c, struct slice user, struct slice domain)
{
	struct lookup l;
	int r;

	if (c->users == NULL)
		return MAILBOX_NONE;
	l = softtable_lookup(c->users);
	r = users_has(&l, user, domain);
	if (r == 0) {
		r = users_system(&l);
		if (r == 1)
			return ask_system(user);
	}
	if (r == -1)
		errno = EIO;
	return r == 1 ? MAILBOX_LISTED : r == 0 ? MAILBOX_NONE : MAILBOX_UNSURE;
}

enum mailbox_answer
mailbox_find(const struct mailbox_conf *c, struct slice user,
    struct slice domain)
{
	enum mailbox_answer here = MAILBOX_NONE, listed;
	int why;

	if (!users_name_ok(user.p, user.n))
		return MAILBOX_NONE;
	if (c->dir != NULL)
		here = look(c, user);
	why = errno;
	if (here == MAILBOX_HERE)
		return here;
	listed = ask_list(c, user, domain);
	if (listed != MAILBOX_NONE)
		return listed;
	if (here == MAILBOX_NONE && c->dir != NULL)
		return look_around(c);
	errno = why;
	return here;
}
