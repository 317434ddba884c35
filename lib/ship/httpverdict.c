#include "ship/httpverdict.h"
#include "base/ascii.h"
#include "http/retryafter.h"
#include <stdio.h>
#include <string.h>

static int
is_one_of(long status, const short *list)
{
	while (*list != 0 && *list != status)
		list++;
	return *list != 0;
}

char
httpverdict_kind(long status, unsigned *fault)
{
	static const short later[] = { 408, 421, 425, 429, 0 };
	static const short site[] = { 401, 403, 404, 405, 407, 410, 0 };

	*fault = (status >= 300 && status < 400) || is_one_of(status, site);
	if (status >= 200 && status < 300)
		return 'K';
	if (status == 413)
		return 'S';
	if (*fault || status < 400 || status >= 500 || is_one_of(status, later))
		return 'Z';
	return 'D';
}

/* the status, and what can be shown of the body in one line */
static void
put_text(struct httpverdict *v, const struct https_answer *a)
{
	size_t at = (size_t)snprintf(v->text, sizeof v->text, "%ld", a->status);
	size_t i = 0;

	while (i < a->n && ascii_white(a->body[i]))
		i++;
	if (i < a->n)
		at += (size_t)snprintf(v->text + at, sizeof v->text - at, ": ");
	for (; i < a->n && at < SHIP_TEXT_MAX; i++)
		v->text[at++] = a->body[i] >= ' ' && a->body[i] < 0x7f
		    ? a->body[i]
		    : ascii_white(a->body[i]) ? ' '
					      : '?';
	while (at > 0 && v->text[at - 1] == ' ')
		at--;
	v->text[at] = '\0';
}

void
httpverdict(struct httpverdict *v, const struct https_answer *a,
    const char *retry_after, int64_t now_s)
{
	v->seconds = -1;
	v->fault = 0;
	if (a->fault != HTTPS_GOOD && a->fault != HTTPS_TOO_LARGE) {
		v->kind = 'Z';
		v->fault = a->fault == HTTPS_CERT || a->fault == HTTPS_LOCAL;
		snprintf(v->text, sizeof v->text, "%s", a->text);
		return;
	}
	v->kind = httpverdict_kind(a->status, &v->fault);
	put_text(v, a);
	if (v->kind == 'K' && a->fault == HTTPS_TOO_LARGE)
		v->kind = 'Z';
	if (v->kind == 'Z')
		v->seconds = retryafter_seconds(retry_after, now_s);
}
