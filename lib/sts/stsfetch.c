#include "sts/stsfetch.h"
#include "base/ascii.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "http/httpsanswer.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* words of RFC 8460 section 4.3.2 */
static const char fetch_error[] = "sts-policy-fetch-error";
static const char invalid[] = "sts-policy-invalid";
static const char webpki[] = "sts-webpki-invalid";

static int
is_plain(const char *type)
{
	size_t n;

	if (type == NULL)
		return 0;
	n = strcspn(type, "; \t");
	return ascii_is(type, n, "text/plain");
}

/* fail: empty when it is our own fault */
static void
set(struct stsbook_why *w, const char *fail, const char *before,
    const char *text)
{
	w->fail = fail;
	snprintf(w->text, sizeof w->text, "%s%.80s", before, text);
}

/* 1: an answer in which there is a good policy */
static int
judge(const struct https_answer *a, struct stsbook_why *w)
{
	struct stspolicy p;
	const char *why;
	char status[60];

	if (a->fault == HTTPS_LOCAL) {
		set(w, "", "", a->text);
	} else if (a->fault == HTTPS_CERT) {
		set(w, webpki, "certificate: ", a->text);
	} else if (a->fault == HTTPS_NO_ADDRESS ||
	    a->fault == HTTPS_NO_ANSWER) {
		set(w, fetch_error, "", a->text);
	} else if (a->status != 200) {
		snprintf(status, sizeof status, "the answer is %ld, not 200",
		    a->status);
		set(w, fetch_error, "", status);
	} else if (a->fault == HTTPS_TOO_LARGE) {
		set(w, invalid, "", "longer than 65536 bytes");
	} else if (!is_plain(a->type)) {
		set(w, invalid, "", "not text/plain");
	} else {
		why = stspolicy_parse(&p, a->body, a->n);
		if (why == NULL)
			return 1;
		set(w, invalid, "", why);
	}
	return 0;
}

/* from within done() it may be freed */
static void
finish(struct stsfetch *f, char *policy, size_t n,
    const struct stsbook_why *why)
{
	loop_timer_stop(&f->timer);
	buf_free(&f->said);
	f->done(f->arg, policy, n, why);
}

/* what the child has said, all of it */
static void
on_answer(struct stsfetch *f, int wait_status)
{
	struct httpsanswer_text room;
	struct https_answer a;
	struct stsbook_why why;
	char *policy;

	if (f->late) {
		set(&why, fetch_error, "", "no answer in time");
	} else if (httpsanswer_read(buf_data(&f->said), buf_len(&f->said), &a,
		       &room) == -1) {
		snprintf(why.text, sizeof why.text, "https-get: %s %d",
		    WIFSIGNALED(wait_status) ? "signal" : "exit status",
		    WIFSIGNALED(wait_status) ? WTERMSIG(wait_status)
					     : WEXITSTATUS(wait_status));
		why.fail = "";
	} else if (judge(&a, &why)) {
		policy = need(malloc(a.n));
		memcpy(policy, a.body, a.n);
		finish(f, policy, a.n, NULL);
		return;
	}
	finish(f, NULL, 0, &why);
}

/* 1: there may be more; 0: nothing now; -1: nothing will come, or is wanted: it
 * was told how much a policy may have */
static int
read_out(struct stsfetch *f)
{
	ssize_t r;

	if (buf_reserve(&f->said, STSFETCH_HEAD_MAX) == -1)
		return -1;
	r = read(f->fd, buf_tail(&f->said), STSFETCH_HEAD_MAX);
	if (r <= 0)
		return r == -1 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
	buf_added(&f->said, (size_t)r);
	return buf_len(&f->said) <= STSFETCH_HEAD_MAX + STS_POLICY_MAX ? 1 : -1;
}

static void
on_out(void *arg, int events)
{
	struct stsfetch *f = arg;

	(void)events;
	/* the rest is read when it has ended, which it is about to */
	if (read_out(f) == -1)
		loop_io_stop(&f->out);
}

static void
on_end(void *arg, int wait_status)
{
	struct stsfetch *f = arg;

	while (read_out(f) == 1)
		;
	loop_io_stop(&f->out);
	close(f->fd);
	on_answer(f, wait_status);
}

static void
on_time(void *arg)
{
	struct stsfetch *f = arg;

	f->late = 1;
	child_kill(&f->child); /* on_end() comes */
}

/* its descriptor 0 is no business of the child's */
static int
start(struct stsfetch_way *w, struct stsfetch *f)
{
	struct spawn s = { .argv = w->argv,
		.fd = { 0, 0, 2 },
		.parting = SIGKILL,
		.alone = 1,
		.beside = 1 };
	int out[2], r = -1, saved;

	s.fd[0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (s.fd[0] == -1)
		return -1;
	if (fd_pipe(out) == 0) {
		s.fd[1] = out[1];
		f->fd = out[0];
		fd_nonblock(f->fd);
		r = child_start(&f->child, &s, on_end, f);
		saved = errno;
		close(out[1]);
		if (r == -1)
			close(out[0]);
		errno = saved;
	}
	saved = errno;
	close(s.fd[0]);
	errno = saved;
	return r;
}

static void
on_none(void *arg)
{
	struct stsfetch *f = arg;
	struct stsbook_why why = { .fail = "" };

	snprintf(why.text, sizeof why.text, "unable to run https-get: %s",
	    strerror(f->reason));
	finish(f, NULL, 0, &why);
}

void
stsfetch_word(struct stsfetch_way *w, const char *text)
{
	if (w->n + 3 > STSFETCH_WORDS_MAX)
		die(EXIT_PERM, "too many options");
	w->argv[w->n++] = (char *)text;
}

void
stsfetch_start(struct stsfetch_way *w, struct stsfetch *f, const char *domain)
{
	snprintf(f->url, sizeof f->url,
	    "https://mta-sts.%s:%u/.well-known/mta-sts.txt", domain, w->port);
	w->argv[w->n] = f->url;
	w->argv[w->n + 1] = NULL;
	if (start(w, f) == -1) {
		f->reason = errno;
		loop_timer_set(&f->timer, 0, on_none, f);
		return;
	}
	loop_io_start(&f->out, f->fd, LOOP_READ, on_out, f);
	loop_timer_set(&f->timer, w->wait_ms + STSFETCH_GRACE_MS, on_time, f);
}
