#include "format/job.h"
#include "tap.h"

/* who wants to hear of success, and what a copy among several asks for */
static void
notify(void)
{
	static const struct {
		const char *job;
		int wants;
		const char *one, *several;
	} t[] = {
		{ "n:0\n", 0, "", "" },
		{ "notify:SUCCESS\n", 1, " NOTIFY=SUCCESS", " NOTIFY=NEVER" },
		{ "notify:success,DELAY\torcpt:rfc822;a@b\n", 1,
		    " NOTIFY=success,DELAY ORCPT=rfc822;a@b",
		    " NOTIFY=DELAY ORCPT=rfc822;a@b" },
		{ "notify:FAILURE,Success,DELAY\n", 1,
		    " NOTIFY=FAILURE,Success,DELAY", " NOTIFY=FAILURE,DELAY" },
		{ "notify:FAILURE\n", 0, " NOTIFY=FAILURE", " NOTIFY=FAILURE" },
		{ "notify:NEVER\n", 0, " NOTIFY=NEVER", " NOTIFY=NEVER" },
		{ "notify:SUCCESS,\n", 0, "", "" },
		{ "notify:\n", 0, "", "" },
	};
	struct buf b = { 0 };
	struct ltsv job;
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		ltsv_parse(t[i].job, strlen(t[i].job), &job);
		is_num(job_wants_success(&job), t[i].wants, t[i].job);
		buf_clear(&b);
		job_parameters(&b, &job, 0);
		buf_putc(&b, '\0');
		is_str(buf_data(&b), t[i].one, "of the only copy");
		buf_clear(&b);
		job_parameters(&b, &job, 1);
		buf_putc(&b, '\0');
		is_str(buf_data(&b), t[i].several, "of one among several");
	}
	buf_free(&b);
}

/* jobs that only ask */
static void
explains(void)
{
	static const struct {
		const char *job;
		int asks;
		const char *answer;
	} t[] = {
		{ "id:a\tn:0\n", 0, NULL },
		{ "id:a\tn:0\texplain:b/1\tfile:/f\n", 0, NULL },
		{ "id:a\tn:0\texplain:b/1\tto:x\twhy-:\twhy-route:r\\ns\t"
		  "other:o\tsite:s\tmx:m\n",
		    1,
		    "id:a\tn:0\tsite:s\tstatus:explained\texplain:b/1\tmx:m\t"
		    "to:x\twhy-route:r\\ns" },
	};
	char text[JOB_WHY_MAX + 2];
	struct buf b = { 0 };
	struct ltsv job;
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		ltsv_parse(t[i].job, strlen(t[i].job), &job);
		is_num(job_explains(&job) != NULL, t[i].asks, t[i].job);
		if (!t[i].asks)
			continue;
		job_explained(&b, &job);
		buf_putc(&b, '\0');
		is_str(buf_data(&b), t[i].answer, "what it is answered");
	}
	memset(text, 'x', sizeof text);
	buf_clear(&b);
	job_why(&b, "why-x", text, JOB_WHY_MAX);
	is_num(buf_len(&b), JOB_WHY_MAX + 6, "a text of full length");
	buf_clear(&b);
	job_why(&b, "why-x", text, JOB_WHY_MAX + 1);
	is_num(buf_len(&b), JOB_WHY_MAX + 6, "one byte more is cut");
	buf_clear(&b);
	job_why(&b, "why-x", "a\nb\n\n", 5);
	job_why(&b, "why-y", "\n", 1);
	buf_putc(&b, '\0');
	is_str(buf_data(&b), "why-x:a\\nb", "no line ends at its end");
	buf_free(&b);
}

int
main(void)
{
	static const struct {
		const char *job, *but, *want;
	} t[] = {
		{ "id:a\tn:0\tto:x\tsite:s\tvia:v\n", "",
		    "id:a\tn:0\tsite:s\tvia:v" },
		{ "via:v\tsite:a\\tb\tid:a\tn:0\n", "",
		    "id:a\tn:0\tsite:a\\tb\tvia:v" },
		{ "id:a\tn:0\tsite:s\n", "site:other\tx:y", "id:a\tn:0" },
		{ "to:x\n", "", "" },
		{ "\n", "", "" },
	};
	struct ltsv job, but;
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		ltsv_parse(t[i].job, strlen(t[i].job), &job);
		ltsv_parse(t[i].but, strlen(t[i].but), &but);
		buf_clear(&b);
		job_answer(&b, &job, i % 2 ? &but : but.n ? &but : NULL);
		buf_putc(&b, '\0');
		is_str(buf_data(&b), t[i].want, t[i].job);
	}
	ltsv_parse("id:a\ttag:x=1\ttag:y=\\t\tprio:3\tnotify:NEVER\torcpt:\t"
		   "envid:e\n",
	    57, &job);
	buf_clear(&b);
	job_envelope(&b, &job);
	job_parameters(&b, &job, 0);
	buf_putc(&b, '\0');
	is_str(buf_data(&b),
	    "tag x=1\ntag y=\\t\nprio 3\nenvid e\n NOTIFY=NEVER",
	    "envelope and parameters");
	ltsv_parse("requiretls:1\ttls-optional:1\tmt-priority:-3\t"
		   "deliver-by:17 N\texpire:18\thold-until:3\n",
	    72, &job);
	buf_clear(&b);
	job_envelope(&b, &job);
	buf_putc(&b, '\0');
	is_str(buf_data(&b),
	    "requiretls 1\ntls-optional 1\nmt-priority -3\ndeliver-by 17 N\n"
	    "expire 18\n",
	    "what a copy takes along");
	ltsv_parse(
	    "tag:x\tprio:12\tnotify:SOMETIMES\torcpt:a\tenvid:\tret:ALL\n", 54,
	    &job);
	buf_clear(&b);
	job_envelope(&b, &job);
	job_parameters(&b, &job, 1);
	buf_putc(&b, '\0');
	is_str(buf_data(&b), "", "faulty ones are left out");
	buf_free(&b);
	notify();
	explains();
	return done();
}
