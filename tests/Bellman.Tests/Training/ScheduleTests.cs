namespace Bellman.Tests;

/// <summary>Numbers that change as training goes on.</summary>
public sealed class ScheduleTests
{
    [Theory]
    [InlineData("0.5", 0.5, 0.5, 0.5, 0.5)]
    [InlineData("linear:2e-1", 0.2, 0.15, 0.1, 0)]
    [InlineData("Cosine: 2", 2, 1.7071067811865475, 1, 0)]
    public void Schedule_FallsAsItsTextSays(string text, double start, double afterAQuarter, double half, double end)
    {
        var schedule = Schedule.Parse(text);
        Assert.Equal(start, schedule.Initial);
        Reference.Close([start, afterAQuarter, half, end], [schedule.At(1), schedule.At(0.75), schedule.At(0.5), schedule.At(0)], 1e-15);

        // Rollouts overshoot the last step a little.
        Assert.Equal(schedule.At(0), schedule.At(-0.01));
        Assert.Equal(schedule, Schedule.Parse(schedule.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("fast")]
    [InlineData("linear:")]
    [InlineData(":0.1")]
    [InlineData("1:0.1")]
    [InlineData("linear,cosine:0.1")]
    [InlineData("0,1")]
    [InlineData("nan")]
    [InlineData("linear:infinity")]
    public void Text_ThatIsNoSchedule_IsRefusedWithWhatToWrite(string text) =>
        Assert.Contains("linear:1e-3", Assert.Throws<FormatException>(() => Schedule.Parse(text)).Message);
}
