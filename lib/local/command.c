#include "local/command.h"
#include "base/die.h"
#include "base/exit.h"
#include "local/maildir.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

/* the user's Maildir, or where all of them are */
static char *
user_dir(const struct localcommands *c, const struct localjob *j)
{
	struct stat st;
	char *s;

	if (j->user != NULL && users_name_ok(j->user, strlen(j->user))) {
		if (asprintf(&s, "%s/%s", c->base, j->user) == -1)
			die(EXIT_TEMP, "out of memory");
		if (stat(s, &st) == 0 && S_ISDIR(st.st_mode))
			return s;
		free(s);
	}
	return need(strdup(c->base));
}

static int
run(struct localcommands *c, struct localjob *j, struct shellcommand *g,
    const char *dir)
{
	const char *path = getenv("PATH"), *at = strrchr(j->to, '@');
	char *local = need(strndup(j->to,
	    at == NULL ? strlen(j->to) : (size_t)(at - j->to)));
	const struct spawn_env env[] = {
		{ "PATH", path == NULL ? "/usr/bin:/bin" : path },
		{ "SHELL", "/bin/sh" },
		{ "HOME", dir },
		{ "ID", j->id },
		{ "SENDER", j->from },
		{ "RECIPIENT", j->to },
		{ "LOCAL", local },
		{ "HOST", at == NULL ? "" : at + 1 },
		{ "USER", j->user == NULL ? local : j->user },
	};
	struct shellcommand_run r = { .command = j->command,
		.name = j->id == NULL ? "command" : j->id,
		.env = env,
		.n_env = sizeof env / sizeof *env,
		.dir = dir,
		.path = j->path,
		.off = j->off + j->head,
		.len = j->len - j->head,
		.before = buf_data(&j->before),
		.before_len = buf_len(&j->before),
		.timeout_ms = c->timeout_ms,
		.server = c->server,
		.spool = c->base };
	int status = shellcommand_start(g, &r);

	free(local);
	return status;
}

/* those that waited for a command to end */
static void
start_waiting(struct localcommands *c)
{
	struct localjob *j;

	while (c->waiting != NULL && c->n_running < c->max) {
		j = c->waiting;
		c->waiting = j->next;
		c->n_waiting--;
		localcommand_run(c, j);
	}
}

/* how it ended, and in j->text what is to be said of it */
static enum localcommand_end
verdict(struct localjob *j, struct errlog *g, int status, const char **esc)
{
	enum shellcommand_verdict v = shellcommand_verdict(status, esc);
	size_t n = g->kept_len, i;

	while (n > 0 && (g->kept[n - 1] == '\n' || g->kept[n - 1] == ' '))
		n--;
	for (i = 0; i < n; i++)
		if (((unsigned char)g->kept[i] < ' ' && g->kept[i] != '\n' &&
			g->kept[i] != '\t') ||
		    g->kept[i] == 0x7f)
			g->kept[i] = '?';
	if (v == SHELLCOMMAND_SENT) {
		localjob_add_text(j, n > 0 ? "command: " : "command succeeded",
		    g->kept, n);
		return WEXITSTATUS(status) == EXIT_STOP ? LOCALCOMMAND_LAST
							: LOCALCOMMAND_OK;
	}
	if (status == SHELLCOMMAND_TIMED_OUT)
		return LOCALCOMMAND_TIMEOUT;
	buf_clear(&j->text);
	if (WIFEXITED(status))
		needs(buf_printf(&j->text, "command exit %d",
		    WEXITSTATUS(status)));
	else
		needs(buf_printf(&j->text, "command signal %d",
		    WTERMSIG(status)));
	needs(buf_puts(&j->text, n > 0 ? ": " : ""));
	needs(buf_put(&j->text, g->kept, n));
	return v == SHELLCOMMAND_PERM ? LOCALCOMMAND_PERM : LOCALCOMMAND_TEMP;
}

static void
ended(struct shellcommand *g, int status)
{
	struct localcommands *c = ((struct localjob *)g->arg)->commands;
	struct localjob *j = g->arg;
	enum localcommand_end end;
	const char *esc;

	g->arg = NULL;
	c->n_running--;
	end = verdict(j, &g->says.log, status, &esc);
	c->done(j, end, esc);
	start_waiting(c);
	c->changed(c->arg);
}

void
localcommand_run(struct localcommands *c, struct localjob *j)
{
	struct shellcommand *g = c->program;
	char *dir;

	if (c->n_running >= c->max) {
		if (c->n_waiting >= LOCALCOMMAND_WAITING_MAX) {
			c->done(j, LOCALCOMMAND_FULL, NULL);
			return;
		}
		j->next = NULL;
		if (c->waiting == NULL)
			c->last = &c->waiting;
		*c->last = j;
		c->last = &j->next;
		c->n_waiting++;
		return;
	}
	while (g->arg != NULL)
		g++;
	j->commands = c;
	g->arg = j;
	g->done = ended;
	dir = user_dir(c, j);
	c->begins(j);
	if (run(c, j, g, dir) == -1) {
		g->arg = NULL;
		c->done(j, LOCALCOMMAND_FAILED, NULL);
	} else {
		c->n_running++;
	}
	free(dir);
}

void
localcommand_drop(struct localcommands *c)
{
	struct localjob *j;

	while ((j = c->waiting) != NULL) {
		c->waiting = j->next;
		c->n_waiting--;
		c->done(j, LOCALCOMMAND_DROPPED, NULL);
	}
}

void
localcommand_kill(struct localcommands *c)
{
	struct shellcommand *g;
	struct localjob *j;

	for (g = c->program; g < c->program + c->max; g++) {
		if (g->arg == NULL)
			continue;
		shellcommand_kill(g);
		j = g->arg;
		g->arg = NULL;
		c->n_running--;
		c->done(j, LOCALCOMMAND_KILLED, NULL);
	}
}

void
localcommand_abandon(struct localcommands *c)
{
	struct shellcommand *g;

	for (g = c->program; g < c->program + c->max; g++)
		if (g->arg != NULL)
			shellcommand_kill(g);
}
