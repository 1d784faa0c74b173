namespace Bellman.Tests;

/// <summary>Returns and lengths of episodes as they end.</summary>
public sealed class EpisodeStatisticsTests
{
    [Fact]
    public void Means_AreOfTheLastHundredEpisodes()
    {
        var statistics = new EpisodeStatistics(1);
        Assert.Equal((0, double.NaN, double.NaN), (statistics.Count, statistics.MeanReturn, statistics.MeanLength));
        for (var episode = 1; episode <= 150; episode++)
        {
            statistics.Add(episode, 0, episode, ended: true);
        }

        Assert.Equal((150, 100.5, 1.0), (statistics.Count, statistics.MeanReturn, statistics.MeanLength));
    }

    [Fact]
    public void Slots_AreSummedApart_AndEndsAreTold()
    {
        var (statistics, episodes) = (new EpisodeStatistics(2), new List<Episode>());
        statistics.Ended += episodes.Add;
        statistics.Add(1, 0, 1, ended: false);
        statistics.Add(2, 1, 10, ended: false);
        statistics.Add(3, 0, 2, ended: true);
        statistics.Add(4, 1, 20, ended: false);
        statistics.Add(5, 0, 4, ended: true);
        statistics.Add(6, 1, 40, ended: true);
        Assert.Equal([new Episode(3, 0, 3, 2), new Episode(5, 0, 4, 1), new Episode(6, 1, 70, 3)], episodes);
    }

    [Fact]
    public void Restart_ForgetsUnfinishedEpisodes()
    {
        var statistics = new EpisodeStatistics(1);
        statistics.Add(1, 0, 99, ended: false);
        statistics.Restart();
        statistics.Add(2, 0, 1, ended: true);
        Assert.Equal((1, 1.0, 1.0), (statistics.Count, statistics.MeanReturn, statistics.MeanLength));
    }
}
