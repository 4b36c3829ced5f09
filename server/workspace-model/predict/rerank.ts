/**
 * Combines the proposals of the beam and of the votes. A logistic model over the features of both gives each text
 * one calibrated probability.
 */
import { searchBeam, type BeamResult, type Hypothesis } from "./beam.ts";
import { voteOnContinuations, type VoteGroup } from "./continuation-votes.ts";
import { insertTextOf } from "./insert-text.ts";
import type { Query } from "./query.ts";
import type { Token } from "../tokens/tokenizer.ts";
import { newlineWord } from "../tokens/vocabulary.ts";
import { toRow } from "./columns.ts";
import { flag, logistic, scoreOf, type Weights } from "./weights.ts";

export interface Proposal {
  /** Text from the cursor on. */
  readonly insertText: string;
  /** Probability that the rest of the line is exactly this text. */
  readonly probability: number;
  readonly features: Float64Array;
  /** Features of a text that removed lines propose too. */
  readonly removed: Float64Array | undefined;
}

/** Vote groups that are worth ranking. */
const mostGroups = 6;
/** Log probability assumed for a text that the beam did not find. */
const leastLog = -12;

/** Most probable first. Texts that are empty at the cursor are left out. */
export function propose(
  query: Query,
  weights: Weights,
): { readonly proposals: readonly Proposal[]; readonly beam: BeamResult } {
  const beam = searchBeam(query, weights.token);
  const groups = voteOnContinuations(query, weights.continuation);
  const drafts = joined(query, beam, groups);
  const proposals = drafts.map((draft) => {
    const features = describe(query, draft, beam.emptyProbability);
    const removed = isRemoved(draft)
      ? toRow("removedRerank", {
          bias: 1,
          score: scoreOf(weights.rerank, features),
          isRestored: flag(query.removedLines.has(lineOf(query, draft))),
        })
      : undefined;
    const probability =
      removed === undefined
        ? logistic(weights.rerank, features)
        : logistic(weights.removedRerank, removed);
    return { insertText: draft.insertText, probability, features, removed };
  });
  proposals.sort((a, b) => b.probability - a.probability);
  return { proposals, beam };
}

/** One text as seen by the beam and by the votes. Either may be missing. */
interface Draft {
  readonly insertText: string;
  readonly tokens: readonly Token[];
  readonly logProbability: number;
  readonly leastProbability: number;
  /** Share of the probability of all finished hypotheses. */
  readonly beamShare: number;
  readonly isBeamBest: boolean;
  /** Each token follows similar context in removed lines. */
  readonly isRemoved: boolean;
  group: VoteGroup | undefined;
  groupShare: number;
  isGroupBest: boolean;
}

function joined(query: Query, beam: BeamResult, groups: readonly VoteGroup[]): Draft[] {
  const drafts = new Map<string, Draft>();
  const mass = beam.finished.reduce((sum, { logProbability }) => sum + Math.exp(logProbability), 0);
  beam.finished.forEach((hypothesis, rank) => {
    const insertText = insertTextOf(query, hypothesis.tokens, hypothesis.end);
    if (insertText === "" || drafts.has(insertText)) return;
    drafts.set(insertText, draftOfBeam(insertText, hypothesis, rank, mass));
  });
  const sum = groups.reduce((total, group) => total + group.sum, 0);
  groups.slice(0, mostGroups).forEach((group, rank) => {
    const insertText = insertTextOf(query, group.tokens, group.best.end);
    if (insertText === "") return;
    const draft = drafts.get(insertText) ?? draftOfVotes(insertText, group);
    drafts.set(insertText, draft);
    if (draft.group !== undefined) return;
    draft.group = group;
    draft.groupShare = group.sum / sum;
    draft.isGroupBest = rank === 0;
  });
  return [...drafts.values()];
}

function draftOfBeam(
  insertText: string,
  hypothesis: Hypothesis,
  rank: number,
  mass: number,
): Draft {
  return {
    insertText,
    tokens: hypothesis.tokens,
    logProbability: Math.max(leastLog, hypothesis.logProbability),
    leastProbability: Math.min(...hypothesis.probabilities),
    beamShare: Math.exp(hypothesis.logProbability) / (mass === 0 ? 1 : mass),
    isBeamBest: rank === 0,
    isRemoved: hypothesis.removedTokens === hypothesis.tokens.length,
    group: undefined,
    groupShare: 0,
    isGroupBest: false,
  };
}

function draftOfVotes(insertText: string, group: VoteGroup): Draft {
  return {
    insertText,
    tokens: group.tokens,
    logProbability: leastLog,
    leastProbability: 0,
    beamShare: 0,
    isBeamBest: false,
    isRemoved: false,
    group: undefined,
    groupShare: 0,
    isGroupBest: false,
  };
}

function describe(query: Query, draft: Draft, emptyProbability: number): Float64Array {
  const { group, insertText, logProbability } = draft;
  return toRow("rerank", {
    bias: 1,
    logProbability,
    isUnknownToBeam: flag(logProbability <= leastLog),
    beamShare: draft.beamShare,
    isBeamBest: flag(draft.isBeamBest),
    probability: Math.exp(logProbability),
    hasVotes: flag(group !== undefined),
    bestChance: group?.best.chance ?? 0,
    groupShare: draft.groupShare,
    isGroupBest: flag(draft.isGroupBest),
    anyVoteRight: group?.anyRight ?? 0,
    voteCount: Math.log1p(group?.count ?? 0),
    agreement: Math.log1p(group?.best.agreement ?? 0),
    exactLength: Math.log1p(group?.best.match.exactLength ?? 0),
    tokenCount: Math.log1p(draft.tokens.length),
    isNearLine: flag(query.nearLines.has(lineOf(query, draft))),
    isLineStart: flag(query.lineWords === 0),
    leastProbability: draft.leastProbability,
    isBound: flag(group?.best.match.binding !== undefined),
    isWithinWord: flag(query.partial !== ""),
    partialLength: Math.min(query.partial.length, 8) / 8,
    emptyProbability,
    hasTextAfter: flag(query.stopWord !== newlineWord),
    textLength: Math.log1p(insertText.length),
    isProse: flag(query.isProse),
  });
}

function isRemoved({ isRemoved: byBeam, group }: Draft): boolean {
  return byBeam || group?.isRemoved === true;
}

/** The whole line as it would look with the suggestion, trimmed. */
function lineOf(query: Query, { insertText }: Draft): string {
  return (query.lineStartText + query.partial + insertText).trim();
}
