using System.Diagnostics;
using System.Globalization;

namespace Bellman;

/// <summary>Whole episodes of a random policy: returns, lengths, ends, and what a step costs.</summary>
internal static class RandomPlays
{
    private const int TellingEpisodes = 20;
    private const int TellingLength = 10;

    public static EnvironmentReport Run(EnvironmentReport report, IEnvironment environment, bool endsOnTime, FrameChecks checks, EnvironmentCheckSettings settings, FindingList findings)
    {
        var player = new RandomPlayer(environment, corners: false);
        player.Begin(settings.Seed);
        var (returns, lengths, terminated) = (new List<double>(), new List<int>(), 0);
        var (allocating, allocated) = (0L, 0L);
        PlayFrame? first = null;
        var (observationChanges, rewardChanges) = (false, false);
        double? firstReward = null;
        while (returns.Count < settings.Episodes)
        {
            player.Advance();
            var frame = player.View();
            checks.Look(frame);
            first ??= player.Frame();
            observationChanges |= !frame.SameObservation(first);
            var total = 0.0;
            while (!player.Ended && player.EpisodeSteps < settings.LongestEpisode)
            {
                player.Advance();
                frame = player.View();
                checks.Look(frame);
                observationChanges |= !frame.SameObservation(first);
                firstReward ??= frame.Result.Reward;
                rewardChanges |= !frame.Result.Reward.Equals(firstReward);
                total += frame.Result.Reward;
                allocated += player.Allocated;
                allocating += player.Allocated > 0 ? 1 : 0;
            }

            if (!player.Ended)
            {
                findings.Error("episode-ends", string.Create(CultureInfo.InvariantCulture, $"Episodes that end within {settings.LongestEpisode:N0} steps."), "One went on and on under random actions.", "Give the environment a time limit: EnvironmentSpec.MaxEpisodeSteps, or a TimeLimit around it.");
                break;
            }

            returns.Add(total);
            lengths.Add(player.EpisodeSteps);
            terminated += player.Result.Terminated ? 1 : 0;
        }

        if (!observationChanges && player.Steps > returns.Count)
        {
            findings.Warning("observation-changes", "Observations that tell states apart.", "All observations were equal.", "Write the state into the observation in Reset and in Step.");
        }

        if (!rewardChanges && player.Steps > returns.Count && (firstReward is 0 || returns.TrueForAll(total => total.Equals(returns[0]))))
        {
            findings.Note("return-differs", "Returns that tell good episodes from bad.", string.Create(CultureInfo.InvariantCulture, $"Every reward of the random policy was {firstReward}, and every return {returns.FirstOrDefault()}."), "Chance alone finds nothing to learn from here: explore on purpose, bring the goal nearer, or reward the way to it.");
        }

        if (!endsOnTime && lengths.Count >= TellingEpisodes && terminated == lengths.Count && lengths[0] >= TellingLength && lengths.TrueForAll(length => length == lengths[0]))
        {
            findings.Warning("time-limit-truncates", "A time limit truncates; it does not terminate.", $"All {lengths.Count} episodes terminated after exactly {lengths[0]} steps.", "If the task would go on, return Truncated, or leave the limit to EnvironmentSpec.MaxEpisodeSteps; if it truly ends then and the observation tells the time, say so by EnvironmentSpec.EndsOnTime.");
        }

        // A stray allocation, as of a list that grows now and then, costs nothing.
        var perStep = player.Steps > 0 ? (double)allocated / player.Steps : 0;
        if (allocating * 100 > player.Steps)
        {
            findings.Warning("step-allocates", "Steps that allocate no memory.", string.Create(CultureInfo.InvariantCulture, $"{perStep:0.#} bytes a step on average."), "Keep arrays, strings and lists in fields and reuse them; avoid LINQ, boxing and closures in Step.");
        }

        var seconds = Stopwatch.GetElapsedTime(0, player.Ticks).TotalSeconds;
        return report with
        {
            AllocatedBytesPerStep = perStep,
            StepsPerSecond = seconds > 0 ? player.Steps / seconds : 0,
            RandomPlay = returns.Count == 0 ? null : Summary(returns, lengths, terminated),
        };
    }

    private static RandomPlay Summary(List<double> returns, List<int> lengths, int terminated)
    {
        var mean = returns.Average();
        var deviation = Math.Sqrt(returns.Average(value => (value - mean) * (value - mean)));
        return new RandomPlay(returns.Count, mean, deviation, returns.Min(), returns.Max(), lengths.Average(), lengths.Min(), lengths.Max(), (double)terminated / lengths.Count);
    }
}
