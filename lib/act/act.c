#include "act/act.h"
#include "act/actlog.h"
#include "act/actwho.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "chain/event.h"
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LOGINUID_ROOM = 32 };

static struct buf pending;   /* whole lines */
static const char *doing;    /* the act that was logged, and is not done */
static char where[PATH_MAX]; /* the instance */

/* who */

static void
put_name(const char *label, uid_t uid)
{
	const struct passwd *pw = getpwuid(uid);

	if (pw != NULL)
		event_puts(label, pw->pw_name);
	else
		event_num(label, uid);
}

/* what the kernel has of us; "" : nothing */
static void
read_loginuid(char out[LOGINUID_ROOM])
{
	int fd = open("/proc/self/loginuid", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd == -1 ? -1 : fd_read_all(fd, out, LOGINUID_ROOM - 1);

	out[n > 0 ? n : 0] = '\0';
	fd_drop(&fd);
}

static void
put_who(void)
{
	char loginuid[LOGINUID_ROOM];
	uid_t login;

	event_num("by", getuid());
	put_name("user", getuid());
	read_loginuid(loginuid);
	if (actwho_login(loginuid, getuid(), getenv("SUDO_UID"), &login))
		put_name("login", login);
	event_num("pid", (uint64_t)getpid());
}

/* events */

void
act_begin(const char *act)
{
	event_begin("act");
	event_puts("act", act);
	put_who();
	doing = act;
}

void
act_end(void)
{
	needs(event_end_into(&pending));
}

static int
write_pending(void)
{
	int r = actlog_write(where, &pending, clock_wall_us());

	if (r == -1)
		warn("unable to log this act in %s/log/acts: %m", where);
	buf_clear(&pending);
	return r;
}

/* the program ends, and what was begun is not done */
static void
on_die(void)
{
	const char *act = doing;

	if (act == NULL)
		return;
	doing = NULL; /* one that fails in here ends there */
	event_begin("act");
	event_puts("act", act);
	put_who();
	event_num("failed", 1);
	if (event_end_into(&pending) == 0)
		write_pending();
}

int
act_write(const char *instance)
{
	if (buf_len(&pending) == 0)
		return 0;
	if ((size_t)snprintf(where, sizeof where, "%s", instance) >=
	    sizeof where)
		die(EXIT_PERM, "the name is too long");
	die_before = on_die;
	return write_pending();
}

void
act_done(void)
{
	doing = NULL;
}

void
act_say(const char *instance, const char *act, const char *what)
{
	act_begin(act);
	event_puts("what", what);
	act_end();
	act_write(instance);
}

void
act_above(char out[PATH_MAX], const char *path)
{
	size_t n = strlen(path), last;

	while (n > 1 && path[n - 1] == '/')
		n--;
	for (last = n; last > 0 && path[last - 1] != '/';)
		last--;
	if (n + 4 > PATH_MAX)
		die(EXIT_PERM, "the name is too long");
	if ((n - last == 1 && path[last] == '.') ||
	    (n - last == 2 && path[last] == '.' && path[last + 1] == '.'))
		snprintf(out, PATH_MAX, "%.*s/..", (int)n, path);
	else if (last == 0)
		snprintf(out, PATH_MAX, ".");
	else
		snprintf(out, PATH_MAX, "%.*s",
		    (int)(last == 1 ? last : last - 1), path);
}
