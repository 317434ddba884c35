#include "format/job.h"
#include "tap.h"

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
	job_parameters(&b, &job);
	buf_putc(&b, '\0');
	is_str(buf_data(&b),
	    "tag x=1\ntag y=\\t\nprio 3\nenvid e\n NOTIFY=NEVER",
	    "envelope and parameters");
	ltsv_parse(
	    "tag:x\tprio:12\tnotify:SOMETIMES\torcpt:a\tenvid:\tret:ALL\n", 54,
	    &job);
	buf_clear(&b);
	job_envelope(&b, &job);
	job_parameters(&b, &job);
	buf_putc(&b, '\0');
	is_str(buf_data(&b), "", "faulty ones are left out");
	buf_free(&b);
	return done();
}
