#ifndef FORMAT_JOB_H
#define FORMAT_JOB_H

#include "format/ltsv.h"

/*
 * begin the answer to a job, job(5): the labels by which it is known again
 * (id, n, site, via as far as the job has them, and not in `but`, which
 * may be NULL).  The caller adds the rest and ltsv_end().  0 or -1 with
 * ENOMEM.
 */
int job_answer(struct buf *, const struct ltsv *job, const struct ltsv *but);

/*
 * Mail that is made of a job's message (a forwarded copy): the envelope
 * lines it takes over, and the parameters of its recipients (with a blank
 * in front of each), but none that parcel(5) does not know.  several: it is
 * not the only one, and who asked for a report of success has it from here;
 * so it asks for none (RFC 3461 section 5.2.7.3).  0 or -1 with ENOMEM.
 */
int job_envelope(struct buf *env, const struct ltsv *job);
int job_parameters(struct buf *out, const struct ltsv *job, int several);
/* does the sender want to hear that this recipient has it? */
int job_wants_success(const struct ltsv *job);

#endif
