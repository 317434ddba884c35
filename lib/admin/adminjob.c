#include "admin/adminjob.h"
#include "account/role.h"
#include "admin/adminask.h"
#include "base/die.h"
#include "base/exit.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

/* who asks */

static void
refuse(struct adminjob *j, unsigned status, const char *words)
{
	adminanswer_fault(&j->answer, status, words);
}

/* 0: it is known, and may; 1: it is answered */
static int
ask_who(struct adminjob *j)
{
	const struct accountwire_question *q = &j->cred.cred.q;

	if (adminask(j->account, q, &j->who) == -1)
		j->who.status = ACCOUNTWIRE_NO;
	if (adminjob_refused(j))
		return 1;
	j->right =
	    account_may_scoped(j->who.role, j->who.scopes, j->call->call);
	if (j->right == ACCOUNT_NO) {
		refuse(j, 403, "its role or its scopes do not let it");
		return 1;
	}
	/* without a tenant nothing is his own */
	if (j->right == ACCOUNT_OWN && j->who.tenant[0] == '\0') {
		refuse(j, 403, "its organisation has no tenant");
		return 1;
	}
	j->place.tenant = j->right == ACCOUNT_OWN ? j->who.tenant : NULL;
	return 0;
}

/* the request */

static struct slice
body_of(struct adminjob *j)
{
	return (struct slice){ buf_data(&j->req.body), buf_len(&j->req.body) };
}

/* parameters of the body: 0, 1: it is answered */
static int
take_body(struct adminjob *j)
{
	const struct slice *type = httphead_find(&j->req.head, "Content-Type");
	struct slice body = body_of(j);

	if (j->call->form == ADMINCALL_CONF_PUT || body.n == 0)
		return 0;
	if (type == NULL || !httphead_lists(*type, "application/json")) {
		refuse(j, 415, "parameters are JSON, application/json");
		return 1;
	}
	if (adminparams_json(&j->params, body.p, body.n) == -1) {
		refuse(j, 400, j->params.why);
		return 1;
	}
	return 0;
}

/* 0, 1: it is answered */
static int
find_call(struct adminjob *j)
{
	struct httphead *h = &j->req.head;
	unsigned status;

	if (adminparams_query(&j->params, h->query) == -1) {
		refuse(j, 400, j->params.why);
		return 1;
	}
	status = admincall_find(h->method, h->path, &j->params, &j->call,
	    j->answer.allow);
	if (status == 0)
		return 0;
	if (status != 405)
		j->answer.allow[0] = '\0';
	refuse(j, status,
	    status == 400       ? j->params.why
		: status == 405 ? "there is no such method of it"
				: "there is no such call");
	return 1;
}

static int
check_params(struct adminjob *j)
{
	char why[ADMINPARAM_WHY_MAX];

	if (take_body(j))
		return 1;
	if (admincall_fault(j->call, &j->params, why, sizeof why) == NULL)
		return 0;
	refuse(j, 400, why);
	return 1;
}

/* where the logs of the instance are */

static int
is_log(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

static const char *const *
find_logs(const char *instance)
{
	static const char *found[ADMINJOB_LOGS_MAX + 1];
	struct dirent **d;
	char *dir, *path;
	unsigned n = 0;
	int i, count;

	if (asprintf(&dir, "%s/log", instance) == -1)
		die(EXIT_TEMP, "out of memory");
	count = scandir(dir, &d, is_log, alphasort);
	for (i = 0; i < count; i++) {
		if (n < ADMINJOB_LOGS_MAX) {
			if (asprintf(&path, "%s/%s", dir, d[i]->d_name) == -1)
				die(EXIT_TEMP, "out of memory");
			found[n++] = path;
		}
		free(d[i]);
	}
	if (count != -1)
		free(d);
	free(dir);
	found[n] = NULL;
	return found;
}

/* all of it */

static void
say_who(struct adminjob *j)
{
	const struct accountwire_answer *w = &j->who;
	char scopes[ACCOUNT_SCOPES_ROOM];

	needs(buf_printf(&j->answer.content,
	    "{\"org\":\"%s\",\"user\":\"%s\",\"key\":\"%s\",\"role\":\"%s\","
	    "\"scopes\":\"%s\",\"tenant\":\"%s\"}\n",
	    w->org, w->user, w->key, account_roles[w->role],
	    account_scopes_text(w->scopes, scopes), w->tenant));
}

static void
serve(struct adminjob *j)
{
	j->answer.status = 200;
	switch (j->call->form) {
	case ADMINCALL_ME: say_who(j); break;
	case ADMINCALL_EDIT: adminjob_edit(j); break;
	case ADMINCALL_CONF_LIST:
	case ADMINCALL_CONF_GET:
	case ADMINCALL_CONF_PUT:
	case ADMINCALL_CONF_UNDO: adminjob_config(j); break;
	default: j->place.logs = find_logs(j->instance); adminjob_command(j);
	}
}

void
adminjob(struct adminjob *j)
{
	int r;

	j->place.instance = j->instance;
	if (find_call(j))
		return;
	r = admincred_read(&j->cred, &j->req.head, body_of(j));
	if (r == -2)
		die(EXIT_TEMP, "out of memory");
	if (r == -1) {
		refuse(j, 401, "a credential is wanted");
		return;
	}
	/* a signature is good once: an edit is asked for with it */
	if (j->call->form != ADMINCALL_EDIT && ask_who(j))
		return;
	if (!check_params(j))
		serve(j);
}

void
adminjob_free(struct adminjob *j)
{
	adminparams_free(&j->params);
	admincred_wipe(&j->cred);
	adminreq_free(&j->req);
	buf_free(&j->answer.content);
}
