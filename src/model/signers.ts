/**
 * How many people make an approval file a review. Nothing proves whose change it is where no review host tells, and of two
 * people one is somebody else.
 */
export const SIGNERS_OF_A_REVIEW = 2;
